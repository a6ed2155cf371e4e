import { gzipSync } from 'node:zlib';

// What is asked: every operation with what it takes and what it must refuse, in the order of one small incident.
const noSuchId = '01900000-0000-7000-8000-00000000dead';
const noSuchKey = 'INC-999999';

export async function runCases(client, contract) {
  const session = { client, contract, run: `${Date.now()}` };
  await postedEvents(session);
  await oneEvent(session);
  await incidents(session);
  await documents(session);
  await lists(session);
  await rules(session);
  await hooks(session);
  await sources(session);
  await stream(session);
  await recorder(session);
  await access(session);
  await framing(session);
}

/** Asks, holds the answer against the document, and the request body against its schema where `schema` says so. */
async function ask({ client, contract }, id, what, path, expected, options = {}) {
  const { method } = contract.operation(id);
  let answer;
  try {
    answer = await client.request(method, path, options);
  } catch (error) {
    contract.fail(`${id}: ${what}: ${error.message}`);
    return { status: 0, headers: {}, text: '' };
  }
  contract.holds(id, what, answer, expected);
  const judged = options.body !== undefined && typeof options.body === 'object' && !Buffer.isBuffer(options.body);
  if (judged && [200, 201].includes(answer.status)) contract.requestHolds(id, what, options.body, true);
  if (judged && options.schema === 'refuses') contract.requestHolds(id, what, options.body, false);
  return answer;
}

async function postedEvents(session) {
  const { contract, run } = session;
  const path = '/api/v1/events';
  const post = (what, body, expected, options = {}) => ask(session, 'post_events', what, path, expected, { body, ...options });

  const one = await post('one event', { text: 'db cpu 98%', occurred_at: '2024-06-22T15:15:00Z', incident: null }, 201);
  session.event = one.body?.events?.[0]?.id;
  if (one.body?.events?.[0]?.occurred_at !== '2024-06-22T15:15:00.000000Z')
    contract.fail('post_events: one event: occurred_at is not what was said, with six fraction digits');
  await post('everything an event may say', {
    text: 'customer: "checkout is dead"\n\tsecond line', details: 'x'.repeat(65536), kind: 'chat',
    occurred_at: '2024-06-22T18:16:00.123456789+03:00', occurred_raw: '18:16 EAT', precision: 'minute',
    sent_at: '2024-06-22T15:16:01Z', incident: 'inbox', author: 'ana', severity: 'page', status: 'seen', key: `k-${run}`,
    star: true, visibility: 'public', labels: { host: 'web-3' }, links: ['https://example.org/g', { url: 'http://wiki/', title: 'wiki' }],
    tags: ['impact', { name: 'detection', how: 'customer' }, { name: 'escalation', to: 'db' }],
  }, 201);
  const batch = await post('a batch of three', [{ text: 'a' }, { text: 'b' }, { text: 'c' }], 201);
  if (batch.body?.events?.length !== 3) contract.fail('post_events: a batch of three: not three answers');
  const eleven = Array.from({ length: 11 }, (_, i) => ({ text: `event ${i}`, kind: 'change' }));
  const short = await post('eleven', eleven, 201);
  if (short.body?.events?.some((event) => 'text' in event)) contract.fail('post_events: eleven: answered with more than id and seq');
  const full = await post('eleven, in full', eleven, 201, { headers: { Prefer: 'return=representation' } });
  if (!full.body?.events?.every((event) => 'text' in event)) contract.fail('post_events: eleven, in full: answered without text');
  await post('NDJSON', '{"text":"first"}\n\n{"text":"second"}\n', 201, { headers: { 'Content-Type': 'application/x-ndjson' } });

  const key = { headers: { 'Idempotency-Key': `r-${run}` } };
  const first = await post('with a request key', { text: 'once' }, 201, key);
  const again = await post('with the same key', { text: 'once' }, 200, key);
  if (again.headers['idempotent-replay'] !== 'true') contract.fail('post_events: with the same key: no Idempotent-Replay: true');
  if (again.body?.events?.[0]?.id !== first.body?.events?.[0]?.id) contract.fail('post_events: with the same key: another id');
  await post('the same key with another body', { text: 'twice' }, 422, key);

  const refusals = [
    ['no text', {}, ['/text']],
    ['a typo', { text: 'a', ocurred_at: '2024-06-22T15:15:00Z' }, ['/ocurred_at']],
    ['a wrong type', { text: 7 }, ['/text']],
    ['three wrong fields', { text: '', kind: 'rumour', star: 'yes' }, ['/kind', '/star', '/text']],
    ['a text too long', { text: 'x'.repeat(4097) }, ['/text']],
    ['the recorder\'s own member', { text: 'a', seq: 1 }, ['/seq']],
    ['a script for a link', { text: 'a', links: ['javascript:alert(1)'] }, ['/links/0']],
    ['a batch with one wrong', [{ text: 'a' }, { text: 'b', kind: 'x' }], ['/1/kind']],
    ['an empty batch', [], undefined],
  ];
  for (const [what, body, pointers] of refusals) {
    const refused = await post(what, body, 422, { schema: 'refuses' });
    const named = refused.body?.errors?.map((error) => error.pointer).sort();
    if (pointers && JSON.stringify(named) !== JSON.stringify(pointers))
      contract.fail(`post_events: ${what}: errors name ${JSON.stringify(named)}, not ${JSON.stringify(pointers)}`);
  }
  // What a schema cannot say.
  await post('a time that is none', { text: 'a', occurred_at: 'noon' }, 422);
  await post('a control character', { text: 'a\u001b[31m' }, 422);
  await post('an unknown incident', { text: 'a', incident: noSuchKey }, 422);
  await post('a hypothesis that does not exist', { text: 'a', tags: [{ name: 'misleading_path', of: noSuchId }] }, [201, 422]);

  for (const [what, body] of [['broken JSON', '{"text":'], ['a key twice', '{"text":"a","text":"b"}'],
    ['a key twice, escaped', '{"text":"a","t\\u0065xt":"b"}'], ['infinity', '{"text":"a","n":1e400}'],
    ['half a surrogate pair', '{"text":"\\ud800"}'], ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22])],
    ['two documents', '{"text":"a"}{"text":"b"}'], ['nothing', '']])
    await post(what, body, 400);
  await post('too deep', '['.repeat(40) + ']'.repeat(40), 413);
  await post('a string too long', { text: 'x'.repeat(65537) }, 413);
  await post('a type we do not read', '<text/>', 415, { headers: { 'Content-Type': 'text/xml' } });
  await post('a form', 'text=a', 415, { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
}

async function oneEvent(session) {
  const { contract, run } = session;
  const path = `/api/v1/events/${session.event}`;
  const event = await ask(session, 'get_event', 'the event', path, 200);
  const etag = event.headers.etag;
  if (!etag) contract.fail('get_event: no ETag');
  await ask(session, 'get_event', 'our copy holds', path, 304, { headers: { 'If-None-Match': etag ?? '"x"' } });
  await ask(session, 'get_event', 'none such', `/api/v1/events/${noSuchId}`, 404);
  await ask(session, 'get_event', 'no id at all', '/api/v1/events/nonsense', 404);
  await ask(session, 'get_event', 'an unknown parameter', `${path}?fields=text`, 400);

  const amend = (what, body, expected, options = {}) =>
    ask(session, 'post_amendment', what, `${path}/amendments`, expected, { body, ...options });
  const moved = await amend('time, text and tags', {
    text: 'db cpu 98% on db-1', occurred_at: '2024-06-22T15:14:00Z', precision: 'minute',
    tags: { add: ['investigation'], remove: ['impact'] }, star: true, reason: 'read the graph again' }, 201);
  if (moved.body?.event?.occurred_at !== '2024-06-22T15:14:00.000000Z') contract.fail('post_amendment: the event did not move');
  await amend('undo', { undo: moved.body?.entry?.id, reason: 'it was right' }, 201);
  await amend('strike', { strike: true }, 201);
  await amend('take the strike back', { strike: false }, 201);
  const key = { headers: { 'Idempotency-Key': `a-${run}` } };
  await amend('with a key', { visibility: 'internal' }, 201, key);
  await amend('with the same key', { visibility: 'internal' }, 200, key);
  await amend('from an old copy', { star: false }, 412, { headers: { 'If-Match': etag ?? '"x"' } });
  await amend('nothing to change', { reason: 'because' }, 422);
  await amend('a typo', { txt: 'a' }, 422, { schema: 'refuses' });
  await amend('undo of nothing', { undo: noSuchId }, 422);
  await amend('an unknown incident', { incident: noSuchKey }, 422);
  await amend('broken', '{', 400);
  await amend('a form', 'text=a', 415, { headers: { 'Content-Type': 'text/plain' } });
  await ask(session, 'post_amendment', 'of no event', `/api/v1/events/${noSuchId}/amendments`, 404, { body: { star: true } });

  const history = await ask(session, 'get_history', 'the event', `${path}/history`, 200);
  if (history.body?.entries?.[0]?.event?.text !== 'db cpu 98%') contract.fail('get_history: the first entry is not the event as recorded');
  await ask(session, 'get_history', 'none such', `/api/v1/events/${noSuchId}/history`, 404);

  await ask(session, 'get_raw', 'a note came without a body', `${path}/raw`, 404);
  await ask(session, 'get_raw', 'none such', `/api/v1/events/${noSuchId}/raw`, 404);

  const secret = await ask(session, 'post_events', 'a secret', '/api/v1/events', 201, { body: { text: 'the password is hunter2' } });
  const redacted = await ask(session, 'post_amendment', 'redact', `/api/v1/events/${secret.body?.events?.[0]?.id}/amendments`, 201,
    { body: { redact: true, reason: 'a password' } });
  if (redacted.body?.event?.redacted !== true || redacted.text.includes('hunter2')) contract.fail('post_amendment: redact left the text readable');
}

async function incidents(session) {
  const { contract, run } = session;
  const path = '/api/v1/incidents';
  const open = (what, body, expected, options = {}) => ask(session, 'open_incident', what, path, expected, { body, ...options });
  const key = { headers: { 'Idempotency-Key': `o-${run}` } };
  const opened = await open('with adoption', {
    title: 'checkout 503', severity: '1', lead: 'ana', service: 'shop', started_at: '2024-06-22T15:00:00Z', adopt: '30m', author: 'sam' }, 201, key);
  session.incident = opened.body?.key;
  await open('with the same key', {
    title: 'checkout 503', severity: '1', lead: 'ana', service: 'shop', started_at: '2024-06-22T15:00:00Z', adopt: '30m', author: 'sam' }, 200, key);
  const second = (await open('a second one', { title: 'the same again' }, 201)).body?.key;
  await open('no title', {}, 422, { schema: 'refuses' });
  await open('a typo', { title: 'x', severty: '1' }, 422, { schema: 'refuses' });
  await open('a span that is none', { title: 'x', adopt: 'soon' }, 422);
  await open('broken', 'x', 400);
  await open('a form', 'title=x', 415, { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });

  const at = `${path}/${session.incident}`;
  const shown = await ask(session, 'get_incident', 'the incident', at, 200);
  await ask(session, 'get_incident', 'in lower case', at.toLowerCase(), 200);
  await ask(session, 'get_incident', 'our copy holds', at, 304, { headers: { 'If-None-Match': shown.headers.etag ?? '"x"' } });
  await ask(session, 'get_incident', 'none such', `${path}/${noSuchKey}`, 404);

  const patch = (what, body, expected, options = {}) => ask(session, 'patch_incident', what, options.at ?? at, expected, { body, ...options });
  await patch('facts', { severity: '2', ended_at: '2024-06-22T16:00:00Z', none: { escalation: true } }, 200, { headers: { 'If-Match': shown.headers.etag ?? '"x"' } });
  await patch('from an old copy', { severity: '3' }, 412, { headers: { 'If-Match': shown.headers.etag ?? '"x"' } });
  const forgotten = await patch('forget', { ended_at: null, lead: null }, 200);
  if (forgotten.body?.ended_at !== null) contract.fail('patch_incident: forget: ended_at is still there');
  await patch('close', { status: 'closed', reason: 'errors 0' }, 200);
  await patch('close again', { status: 'closed' }, 409);
  await patch('reopen', { status: 'open' }, 200);
  await patch('merge the second', { merged_into: session.incident }, 200, { at: `${path}/${second}` });
  await patch('touch a merged one', { severity: '1' }, 409, { at: `${path}/${second}` });
  await patch('nothing', {}, 422);
  await patch('close and merge', { status: 'closed', merged_into: noSuchKey }, 422, { schema: 'refuses' });
  await patch('a typo', { titel: 'x' }, 422, { schema: 'refuses' });
  await patch('broken', '[', 400);
  await patch('a type we do not read', 'x', 415, { headers: { 'Content-Type': 'text/plain' } });
  await patch('none such', { severity: '1' }, 404, { at: `${path}/${noSuchKey}` });

  // A story for the timeline: a dead end, its verdict, what fixed it.
  const post = async (body) => (await ask(session, 'post_events', 'for the story', '/api/v1/events', 201,
    { body: { incident: session.incident, ...body } })).body?.events?.[0]?.id;
  await post({ text: '85% of checkouts answer 503', occurred_at: '2024-06-22T15:01:00Z', tags: ['impact', { name: 'detection', how: 'alert' }] });
  const guess = await post({ text: 'bad deploy?', occurred_at: '2024-06-22T15:05:00Z', tags: ['hypothesis'] });
  await post({ text: 'rolled web back', occurred_at: '2024-06-22T15:07:00Z', tags: [{ name: 'action', of: guess }] });
  await post({ text: 'was not the deploy', occurred_at: '2024-06-22T15:12:00Z', tags: [{ name: 'misleading_path', of: guess }] });
  await post({ text: 'failed over to db-2', occurred_at: '2024-06-22T15:20:00Z', tags: ['mitigation'] });
  await post({ text: 'replication lag after a config push', occurred_at: '2024-06-22T15:30:00Z', tags: ['root_cause'] });
  await post({ text: 'errors flat', occurred_at: '2024-06-22T15:40:00Z', tags: ['resolution'] });
  await post({ text: 'alert on replication lag', tags: [{ name: 'follow_up', to: 'db' }] });
}

async function documents(session) {
  const at = `/api/v1/incidents/${session.incident}`;
  for (const [id, what] of [['get_timeline', 'timeline'], ['get_draft', 'draft']]) {
    const shown = await ask(session, id, 'the incident', `${at}/${what}`, 200);
    await ask(session, id, 'our copy holds', `${at}/${what}`, 304, { headers: { 'If-None-Match': shown.headers.etag ?? '"x"' } });
    await ask(session, id, 'none such', `/api/v1/incidents/${noSuchKey}/${what}`, 404);
    await ask(session, id, 'an unknown parameter', `${at}/${what}?colour=red`, 400);
  }
  await ask(session, 'get_draft', 'as HTML', `${at}/draft?format=html`, 200);
  await ask(session, 'get_draft', 'as JSON', `${at}/draft?format=json`, 200);
  await ask(session, 'get_draft', 'every option', `${at}/draft?format=md&tz=Africa/Nairobi&clock=12&fold=false&seconds=true&trace=true`, 200);
  await ask(session, 'get_draft', 'as CSV', `${at}/draft?format=csv`, 200);
  await ask(session, 'get_draft', 'every other option', `${at}/draft?template=labelled&mermaid=true&marks=true`, 200);
  await ask(session, 'get_draft', 'for customers', `${at}/draft?audience=customer&format=json`, 200);
  await ask(session, 'get_timeline', 'for everybody', `${at}/timeline?audience=public`, 200);
  for (const [id, what] of [['get_timeline', 'timeline'], ['get_draft', 'draft']])
    await ask(session, id, 'an audience that is none', `${at}/${what}?audience=friends`, 422);
  await ask(session, 'get_draft', 'a template that is none', `${at}/draft?template=short`, 422);
  await ask(session, 'get_draft', 'a zone that is none', `${at}/draft?tz=Mars/Olympus`, 422);
  await ask(session, 'get_draft', 'a format that is none', `${at}/draft?format=docx`, [400, 422]);
  for (const [id, what] of [['get_timeline', 'timeline'], ['get_draft', 'draft']]) {
    await ask(session, id, 'as of now', `${at}/${what}?as_of=${new Date().toISOString()}`, 200);
    await ask(session, id, 'before it was opened', `${at}/${what}?as_of=2024-06-22T15:00:00Z`, 404);
    await ask(session, id, 'as of no time', `${at}/${what}?as_of=14:20`, 422);
  }
  await ask(session, 'get_timeline', 'an Accept we cannot meet', `${at}/timeline`, 406, { headers: { Accept: 'text/csv' } });
}

async function lists(session) {
  const { contract } = session;
  const path = '/api/v1/events';
  const seen = new Set();
  let cursor = '';
  for (let page = 0; page < 1000; ++page) {
    const answer = await ask(session, 'list_events', `page ${page}`, `${path}?limit=7${cursor && `&cursor=${cursor}`}`, 200);
    for (const event of answer.body?.events ?? []) {
      if (seen.has(event.seq)) contract.fail(`list_events: event ${event.seq} came on two pages`);
      seen.add(event.seq);
    }
    cursor = answer.body?.next;
    if (!cursor) break;
    if (!/rel="next"/.test(answer.headers.link ?? '')) contract.fail('list_events: a next page without a Link header');
  }
  if (seen.size < 30) contract.fail(`list_events: only ${seen.size} events on all pages`);
  await ask(session, 'list_events', 'every filter', `${path}?incident=${session.incident}&since=2024-06-22T15:00:00Z&until=2024-06-23T00:00:00Z` +
    '&tag=hypothesis&kind=note&source=api&order=desc&limit=1000', 200);
  const found = await ask(session, 'list_events', 'by words', `${path}?q=${encodeURIComponent('cpu "db" -nowhere')}`, 200);
  if (!(found.body?.events?.length > 0)) contract.fail('list_events: by words: nothing found');
  await ask(session, 'list_events', 'by words and every filter', `${path}?q=db*&incident=${session.incident}&kind=note&struck=true&order=desc&limit=3`, 200);
  for (const [what, words] of [['quotes', '""" \'; DROP'], ['syntax', 'NEAR(a b) OR text:x AND ('], ['signs', 'a ^* {b}']])
    await ask(session, 'list_events', `by hostile words: ${what}`, `${path}?q=${encodeURIComponent(words)}`, 200);
  await ask(session, 'list_events', 'by no words', `${path}?q=%21`, 422);
  await ask(session, 'list_incidents', 'with figures', '/api/v1/incidents?figures=true&since=2024-01-01T00:00:00Z&severity=1', 200);
  await ask(session, 'list_incidents', 'figures of no kind', '/api/v1/incidents?figures=all', 422);
  await ask(session, 'get_stats', 'of the last 90 days', '/api/v1/stats', 200);
  await ask(session, 'get_stats', 'of a period', '/api/v1/stats?since=2024-01-01T00:00:00Z&until=2024-12-31T00:00:00Z', 200);
  await ask(session, 'get_stats', 'of a span', '/api/v1/stats?since=90d', 422);
  await ask(session, 'get_stats', 'an unknown parameter', '/api/v1/stats?from=2024-01-01T00:00:00Z', 400);
  await ask(session, 'list_events', 'the inbox', `${path}?incident=inbox`, 200);
  await ask(session, 'list_events', 'by number', `${path}?incident=${session.incident}&number=1`, 200);
  for (const [what, query] of [['a limit of 1001', 'limit=1001'], ['a kind that is none', 'kind=rumour'],
    ['a time that is none', 'since=noon'], ['an unknown incident', `incident=${noSuchKey}`], ['a number alone', 'number=1']])
    await ask(session, 'list_events', what, `${path}?${query}`, 422);
  await ask(session, 'list_events', 'a cursor of nobody', `${path}?cursor=AAAA`, [400, 422]);
  await ask(session, 'list_events', 'an unknown parameter', `${path}?incidnet=INC-1`, 400);

  await ask(session, 'list_incidents', 'all', '/api/v1/incidents', 200);
  for (const status of ['open', 'closed', 'merged'])
    await ask(session, 'list_incidents', status, `/api/v1/incidents?status=${status}&limit=1`, 200);
  await ask(session, 'list_incidents', 'a status that is none', '/api/v1/incidents?status=resolved', 422);
  await ask(session, 'list_incidents', 'an unknown parameter', '/api/v1/incidents?state=open', 400);
}

async function rules(session) {
  const path = '/api/v1/rules/apply';
  await ask(session, 'list_rules', 'all', '/api/v1/rules', 200);
  const rule = { name: 'contract-paged', tag: 'escalation', text: '\\bpaged by contract\\b' };
  await ask(session, 'create_rule', 'a dry run', '/api/v1/rules', 200, { body: { ...rule, dry_run: true } });
  await ask(session, 'create_rule', 'for good', '/api/v1/rules', 201, { body: rule });
  await ask(session, 'create_rule', 'again', '/api/v1/rules', 200, { body: rule });
  await ask(session, 'create_rule', 'another of that name', '/api/v1/rules', 409, { body: { ...rule, tag: 'impact' } });
  await ask(session, 'create_rule', 'a bad pattern', '/api/v1/rules', 422, { body: { ...rule, name: 'bad', text: '(' } });
  await ask(session, 'create_rule', 'a typo', '/api/v1/rules', 422, { body: { ...rule, txt: 'x' }, schema: 'refuses' });
  await ask(session, 'create_rule', 'no name', '/api/v1/rules', 422, { body: { tag: 'impact', text: 'x' }, schema: 'refuses' });
  await ask(session, 'create_rule', 'broken', '/api/v1/rules', 400, { body: '{' });
  await ask(session, 'try_rules', 'a text', '/api/v1/rules/try', 200, { body: { text: 'paged by contract', kind: 'note', labels: { a: 'b' } } });
  await ask(session, 'try_rules', 'no text', '/api/v1/rules/try', 422, { body: {}, schema: 'refuses' });
  await ask(session, 'try_rules', 'broken', '/api/v1/rules/try', 400, { body: '{' });
  await ask(session, 'remove_rule', 'a rule', '/api/v1/rules/contract-paged', 200);
  await ask(session, 'remove_rule', 'gone', '/api/v1/rules/contract-paged', 404);
  await ask(session, 'remove_rule', 'a built-in one', '/api/v1/rules/alert-firing', 409);
  await ask(session, 'apply_rules', 'a dry run', path, 200, { body: { incident: session.incident, dry_run: true } });
  await ask(session, 'apply_rules', 'for good', path, 200, { body: { incident: session.incident } });
  await ask(session, 'apply_rules', 'an unknown incident', path, [404, 422], { body: { incident: noSuchKey } });
  await ask(session, 'apply_rules', 'a typo', path, 422, { body: { incident: session.incident, dryrun: true }, schema: 'refuses' });
  await ask(session, 'apply_rules', 'no incident', path, 422, { body: {}, schema: 'refuses' });
  await ask(session, 'apply_rules', 'broken', path, 400, { body: '{' });
}

async function sources(session) {
  const list = await ask(session, 'list_sources', 'all', '/api/v1/sources', 200);
  if (!list.body?.sources?.some((source) => source.name === 'datadog' && source.origin === 'preset')) session.contract.fail('list_sources: a preset is missing');
  await ask(session, 'get_source', 'a preset', '/api/v1/sources/datadog', 200);
  await ask(session, 'get_source', 'a dialect', '/api/v1/sources/alertmanager', 200);
  await ask(session, 'get_source', 'nobody', '/api/v1/sources/pigeon', 404);
  const tryPath = '/api/v1/sources/pingdom/try';
  const body = JSON.stringify({ check_name: 'shop', current_state: 'DOWN', check_id: 1, state_changed_timestamp: 1498861543 });
  await ask(session, 'try_source', 'a body', tryPath, 200, { body: { body } });
  await ask(session, 'try_source', 'a body nobody understands', tryPath, 200, { body: { body: 'hello', content_type: 'text/plain', headers: { 'X-A': 'b' }, query: { c: 'd' }, tail: 'e' } });
  await ask(session, 'try_source', 'a mapping of the request', '/api/v1/sources/pigeon/try', 200, { body: { body: '{"coo":"x"}', mapping: 'text: /coo' } });
  await ask(session, 'try_source', 'a mapping with a typo', '/api/v1/sources/pigeon/try', 422, { body: { body: '{}', mapping: 'txet: /coo' } });
  await ask(session, 'try_source', 'nobody', '/api/v1/sources/pigeon/try', 404, { body: { body: '{}' } });
  await ask(session, 'try_source', 'no body', tryPath, 422, { body: {}, schema: 'refuses' });
  await ask(session, 'try_source', 'a typo', tryPath, 422, { body: { body, mappign: '' }, schema: 'refuses' });
  await ask(session, 'try_source', 'broken', tryPath, 400, { body: '{' });
  const replayPath = '/api/v1/sources/generic/replay';
  await ask(session, 'replay_source', 'a dry run', replayPath, 200, { body: { since: '2020-01-01T00:00:00Z', dry_run: true } });
  await ask(session, 'replay_source', 'for good, nothing to change', '/api/v1/sources/pingdom/replay', 200, { body: { since: '2020-01-01T00:00:00Z' } });
  await ask(session, 'replay_source', 'nobody', '/api/v1/sources/pigeon/replay', 404, { body: { since: '2020-01-01T00:00:00Z', dry_run: true } });
  await ask(session, 'replay_source', 'no time', replayPath, 422, { body: {}, schema: 'refuses' });
  await ask(session, 'replay_source', 'a typo', replayPath, 422, { body: { since: '2020-01-01T00:00:00Z', dryrun: true }, schema: 'refuses' });
  await ask(session, 'replay_source', 'broken', replayPath, 400, { body: '{' });
}

async function hooks(session) {
  const { contract, run } = session;
  const alert = {
    version: '4', groupKey: '{}:{alertname="HighErrors"}', truncatedAlerts: 0, status: 'firing', receiver: 'incidentd',
    groupLabels: { alertname: 'HighErrors' }, commonLabels: { alertname: 'HighErrors' }, commonAnnotations: {}, externalURL: 'http://am/',
    alerts: [{ status: 'firing', labels: { alertname: 'HighErrors', instance: 'web-3' }, annotations: { summary: 'errors' },
      startsAt: '2024-06-22T15:15:00Z', endsAt: '0001-01-01T00:00:00Z', generatorURL: 'http://prom/', fingerprint: `f${run}` }],
  };
  const post = (what, source, body, expected, options = {}) => ask(session, 'post_hook', what, `/api/v1/hooks/${source}`, expected, { body, ...options });
  await post('Alertmanager', 'alertmanager', alert, 200);
  const kept = (await ask(session, 'list_events', 'of the hook', '/api/v1/events?source=alertmanager&order=desc&limit=1', 200)).body?.events?.[0];
  await ask(session, 'get_raw', 'the body of an alert', `/api/v1/events/${kept?.id}/raw`, 200);
  await post('Alertmanager again', 'alertmanager', alert, 200);
  await post('Alertmanager with members of tomorrow', 'alertmanager', { ...alert, notification_reason: 'x' }, 200);
  await post('Grafana', 'grafana', { ...alert, orgId: 1, state: 'alerting', title: '[FIRING:1]', message: 'm' }, 200);
  await post('generic', 'generic', { text: 'backup failed', severity: 'warning' }, 200);
  const broken = await post('broken JSON', 'alertmanager', '{"alerts":[', 200);
  if (!(broken.body?.unparsed >= 1)) contract.fail('post_hook: broken JSON: not counted as unparsed');
  await post('a key twice', 'alertmanager', '{"version":"4","version":"5"}', 200);
  await post('Slack without its signature', 'slack', { type: 'event_callback' }, 401);
  await post('an unknown source', 'pigeon', {}, 404);
  await post('XML', 'alertmanager', '<alert/>', 415, { headers: { 'Content-Type': 'text/xml' } });
  await post('compressed', 'generic', gzipSync(JSON.stringify({ text: `compressed ${run}` })), 200, { headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' } });
  await post('compressed, they say', 'generic', { text: 'not at all' }, 415, { headers: { 'Content-Encoding': 'gzip' } });
  await post('a bomb', 'generic', gzipSync(Buffer.alloc(900_000, ' ')), 413, { headers: { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' } });
  const tail = (what, rest, body, expected) => ask(session, 'post_hook_tail', what, `/api/v1/hooks/${rest}`, expected, { body });
  await tail('Prometheus under its prefix', 'prometheus/api/v2/alerts', [{ labels: { alertname: 'Straight', run }, annotations: {}, startsAt: '2024-06-22T15:15:00Z', endsAt: '2024-06-22T15:20:00Z' }], 200);
  await tail('an unknown source', 'pigeon/api/v2/alerts', [], 404);
  const page = { routing_key: 'R0UT1NGK3Y', event_action: 'trigger', payload: { summary: 'a', source: 'b', severity: 'info' } };
  await ask(session, 'post_enqueue', 'without its routing key configured', '/v2/enqueue', 401, { body: page });
  await ask(session, 'post_change_enqueue', 'without its routing key configured', '/v2/change/enqueue', 401, { body: page });
  for (const door of ['post_enqueue', 'post_change_enqueue']) contract.succeeded.add(door);  // which needs a secret in the configuration
  await ask(session, 'post_logs', 'a record', '/v1/logs', 200, { body: { resourceLogs: [{ scopeLogs: [{ logRecords: [
    { timeUnixNano: '1719069300000000000', severityText: 'ERROR', body: { stringValue: `boom ${run}` } }] }] }] } });
  const cloud = { specversion: '1.0', id: run, source: '/disks', type: 'disk.full', data: { message: 'disk full' } };
  const envelope = { headers: { 'Content-Type': 'application/cloudevents+json' } };
  await ask(session, 'post_events', 'a CloudEvent', '/api/v1/events', 200, { body: JSON.stringify(cloud), ...envelope });
  const asked = await session.client.request('OPTIONS', '/api/v1/events', { headers: { 'WebHook-Request-Origin': 'emitter.example.com' } });
  if (asked.status !== 200 || asked.headers['webhook-allowed-origin'] !== 'emitter.example.com')
    contract.fail(`OPTIONS /api/v1/events with WebHook-Request-Origin: ${asked.status}, ${asked.headers['webhook-allowed-origin']}`);
  if (!session.client.unix) await post('from a browser', 'generic', { text: 'x' }, 403, { headers: { Origin: 'https://evil.example' } });
}

async function stream(session) {
  const { client, contract } = session;
  const posted = async (text) => (await ask(session, 'post_events', 'for the stream', '/api/v1/events', 201, { body: { text, incident: null } })).body?.events?.[0];
  const held = (what, item) => {
    const data = JSON.parse(item.data);
    contract.matches('StreamItem', data, `get_stream: ${what}`);
    if (String(data.seq) !== item.id) contract.fail(`get_stream: ${what}: id ${item.id} for seq ${data.seq}`);
    if (item.event !== 'entry') contract.fail(`get_stream: ${what}: event: ${item.event}`);
    return data;
  };
  try {
    const live = await client.stream('/api/v1/stream');
    contract.holds('get_stream', 'live', { ...live, text: '' }, 200);
    const first = await posted('seen live');
    const item = held('live', await live.next());
    if (item.seq !== first?.seq) contract.fail(`get_stream: live: entry ${item.seq}, not ${first?.seq}`);
    live.close();
    const second = await posted('seen after a break');
    const resumed = await client.stream('/api/v1/stream', { 'Last-Event-ID': String(item.seq) });
    const next = held('resumed', await resumed.next());
    if (next.seq !== second?.seq) contract.fail(`get_stream: resumed: entry ${next.seq}, not ${second?.seq}`);
    resumed.close();
    // Everything from the start: entries of every kind, among them an incident's steps and amendments.
    const all = await client.stream('/api/v1/stream', { 'Last-Event-ID': '0' });
    for (let last = 0; last < second?.seq;) last = held('from the start', await all.next()).seq;
    all.close();
  } catch (error) {
    contract.fail(`get_stream: ${error.message}`);
  }
  await ask(session, 'get_stream', 'a broken Last-Event-ID', '/api/v1/stream', 400, { headers: { 'Last-Event-ID': 'yesterday' } });
  await ask(session, 'get_stream', 'an unknown incident', `/api/v1/stream?incident=${noSuchKey}`, 404);
  await ask(session, 'get_stream', 'a key that is none', '/api/v1/stream?incident=seven', 422);
}

async function recorder(session) {
  const { client, contract } = session;
  await ask(session, 'get_status', 'state', '/api/v1/status', 200);
  const chain = await ask(session, 'verify_ledger', 'the chain', '/api/v1/verify', 200);
  if (chain.body?.ok !== true) contract.fail(`verify_ledger: ${chain.body?.problem}`);
  const document = await ask(session, 'get_openapi', 'the document', '/api/v1/openapi.json', 200);
  await ask(session, 'get_openapi', 'our copy holds', '/api/v1/openapi.json', 304, { headers: { 'If-None-Match': document.headers.etag ?? '"x"' } });
  await ask(session, 'get_metrics', 'all', '/metrics', 200);
  await ask(session, 'get_healthy', 'alive', '/-/healthy', 200);
  await ask(session, 'get_ready', 'ready', '/-/ready', 200);
  await ask(session, 'get_page', 'the page', '/', 200);
  await ask(session, 'reload', client.unix ? 'on the Unix socket' : 'over TCP', '/-/reload', client.unix ? 200 : 403);
  if (!client.unix) contract.succeeded.add('reload');  // which takes an admin
}

async function access(session) {
  const { client, contract, run } = session;
  const self = await ask(session, 'get_self', 'who am I', '/api/v1/self', 200);
  if (self.body?.verified !== client.unix) contract.fail(`get_self: verified is ${self.body?.verified}`);
  const path = '/api/v1/tokens';
  if (!client.unix) {
    for (const [id, at] of [['list_tokens', path], ['create_token', path], ['revoke_token', `${path}/tok_none`]]) {
      await ask(session, id, 'without a proof', at, 403, id === 'create_token' ? { body: { name: 'x', roles: ['read'] } } : {});
      contract.succeeded.add(id);  // which takes an admin
    }
    return;
  }
  const create = (what, body, expected, options = {}) => ask(session, 'create_token', what, path, expected, { body, ...options });
  const name = `contract-${run}`;
  const made = await create('a token', { name, roles: ['read', 'ingest:github'], expires: '90d' }, 201);
  await create('the same name again', { name, roles: ['read'] }, 409);
  await create('no name', { roles: ['read'] }, 422, { schema: 'refuses' });
  await create('no role', { name: 'x', roles: [] }, 422, { schema: 'refuses' });
  await create('a role that is none', { name: 'x', roles: ['root'] }, 422, { schema: 'refuses' });
  await create('a typo', { name: 'x', roles: ['read'], expiry: '1d' }, 422, { schema: 'refuses' });
  await create('a span that is none', { name: 'x', roles: ['read'], expires: 'soon' }, 422);
  await create('broken', '{', 400);
  const shown = { headers: { Authorization: `Bearer ${made.body?.token}` } };
  const token = await ask(session, 'get_self', 'with the token', '/api/v1/self', 200, shown);
  if (token.body?.name !== name) contract.fail(`get_self: with the token: ${token.body?.name}`);
  await ask(session, 'list_events', 'with the token', '/api/v1/events', 200, shown);
  await ask(session, 'post_events', 'with a token that may only read', '/api/v1/events', 403, { ...shown, body: { text: 'a' } });
  await ask(session, 'list_events', 'with a token that nobody made', '/api/v1/events', 401, { headers: { Authorization: 'Bearer inc_x' } });
  const listed = await ask(session, 'list_tokens', 'all', path, 200);
  if (listed.text.includes(made.body?.token)) contract.fail('list_tokens: a token is shown again');
  const revoked = await ask(session, 'revoke_token', 'it', `${path}/${made.body?.id}`, 200);
  if (revoked.body?.state !== 'revoked') contract.fail(`revoke_token: state ${revoked.body?.state}`);
  await ask(session, 'revoke_token', 'none such', `${path}/tok_none`, 404);
  await ask(session, 'list_events', 'with the token that is revoked', '/api/v1/events', 401, shown);

  const hidden = await ask(session, 'open_incident', 'a private one', '/api/v1/incidents', 201, { body: { title: 'hush', label: 'private', members: ['ana'] } });
  if (hidden.body?.members?.length !== 2) contract.fail('open_incident: a private one: its opener is no member');
  await ask(session, 'patch_incident', 'no member left', `/api/v1/incidents/${hidden.body?.key}`, 422, { body: { members: [] } });
  await ask(session, 'patch_incident', 'share', `/api/v1/incidents/${hidden.body?.key}`, 200, { body: { members: ['ana', 'bob'] } });
}

async function framing(session) {
  const { client, contract } = session;
  await ask(session, 'get_status', 'a header too large', '/api/v1/status', 431, { headers: { 'X-Large': 'x'.repeat(20_000) } });
  await ask(session, 'get_status', 'a path too long', `/api/v1/status?${'x'.repeat(9000)}`, 414);
  await ask(session, 'post_events', 'a body too large', '/api/v1/events', 413, { declare: 2 * 1024 * 1024 });
  await ask(session, 'post_events', 'an expectation of another kind', '/api/v1/events', 417, { headers: { Expect: '200-ok' }, body: { text: 'a' } });
  await ask(session, 'post_events', 'a compressed body', '/api/v1/events', 415, { headers: { 'Content-Encoding': 'gzip' }, body: { text: 'a' } });
  if (!client.unix) await ask(session, 'get_status', 'a name that is not ours', '/api/v1/status', 421, { headers: { Host: 'evil.example' } });

  const wrong = await client.request('DELETE', '/api/v1/events');
  if (wrong.status !== 405) contract.fail(`DELETE /api/v1/events: ${wrong.status}, not 405`);
  contract.matches('Problem', wrong.body, 'DELETE /api/v1/events');
  for (const method of ['GET', 'POST', 'HEAD', 'OPTIONS'])
    if (!(wrong.headers.allow ?? '').split(/, */).includes(method)) contract.fail(`DELETE /api/v1/events: Allow lacks ${method}`);
  const nowhere = await client.request('GET', '/api/v2/events');
  if (nowhere.status !== 404) contract.fail(`GET /api/v2/events: ${nowhere.status}, not 404`);
  contract.matches('Problem', nowhere.body, 'GET /api/v2/events');
  const options = await client.request('OPTIONS', '/api/v1/events');
  if (options.status !== 204 || !options.headers.allow) contract.fail(`OPTIONS /api/v1/events: ${options.status}, Allow: ${options.headers.allow}`);
  const head = await client.request('HEAD', '/api/v1/status');
  if (head.status !== 200 || head.text !== '') contract.fail(`HEAD /api/v1/status: ${head.status} with ${head.text.length} bytes`);
}
