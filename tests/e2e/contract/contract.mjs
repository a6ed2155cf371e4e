// Holds live answers against the OpenAPI document that the daemon itself serves:
//   node contract.mjs http://127.0.0.1:9780 | unix:///path/to/api.sock
// Writes events and incidents into it, so give it a daemon that may be thrown away. Exit 1 lists every answer whose
// status, content type or body is not what the document says, and every operation that was never seen to succeed.
import { clientFor } from './client.mjs';
import { Contract } from './document.mjs';
import { runCases } from './cases.mjs';

const target = process.argv[2];
if (!target || process.argv.length !== 3) {
  console.error('usage: node contract.mjs URL|unix:///SOCKET');
  process.exit(2);
}
const client = clientFor(target);
const served = await client.request('GET', '/api/v1/openapi.json').catch((error) => ({ problem: error.message }));
if (served.status !== 200 || served.body === undefined) {
  console.error(`${target}: GET /api/v1/openapi.json: ${served.problem ?? `${served.status} ${served.text?.slice(0, 200)}`}`);
  process.exit(1);
}
const contract = new Contract(served.body);
await runCases(client, contract);
contract.finish();
for (const line of contract.failures) console.log(`FAILED  ${line}`);
console.log(`${contract.answers} answers to ${contract.succeeded.size} operations held against the document, ` +
  `${contract.failures.length} failures`);
process.exit(contract.failures.length === 0 ? 0 : 1);
