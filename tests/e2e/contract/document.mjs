// The document, compiled: which statuses, types and bodies an operation may answer.
import { createRequire } from 'node:module';
import addFormats from 'ajv-formats';
const Ajv2020 = createRequire(import.meta.url)('ajv/dist/2020').default;

const documentId = 'https://incidentd.invalid/openapi.json';
const methods = ['get', 'post', 'patch', 'put', 'delete'];

export class Contract {
  failures = [];
  succeeded = new Set();
  answers = 0;
  #operations = new Map();
  #validators = new Map();
  #ajv;
  #document;

  constructor(document) {
    this.#document = document;
    this.#ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
    addFormats.default ? addFormats.default(this.#ajv) : addFormats(this.#ajv);
    this.#ajv.addSchema(document, documentId);
    for (const [path, item] of Object.entries(document.paths))
      for (const method of methods)
        if (item[method]) this.#operations.set(item[method].operationId, {
          method: method.toUpperCase(), pointer: `/paths/${token(path)}/${method}`, value: item[method] });
    for (const name of Object.keys(document.components.schemas)) this.validator(`/components/schemas/${token(name)}`);
  }

  fail(line) { this.failures.push(line); }

  operation(id) {
    const found = this.#operations.get(id);
    if (!found) throw new Error(`the document has no operation ${id}`);
    return found;
  }

  /** Of the schema at a JSON Pointer of the document. */
  validator(pointer) {
    if (!this.#validators.has(pointer))
      this.#validators.set(pointer, this.#ajv.compile({ $ref: `${documentId}#${encodeURI(pointer)}` }));
    return this.#validators.get(pointer);
  }

  matches(schema, value, what) {
    const validate = this.validator(`/components/schemas/${schema}`);
    if (!validate(value)) this.fail(`${what}: is no ${schema}: ${this.#words(validate.errors)}`);
  }

  /** `expected`: a status or several. */
  holds(id, what, answer, expected) {
    this.answers += 1;
    const name = `${id}: ${what}`;
    const wanted = [expected].flat();
    if (!wanted.includes(answer.status)) {
      this.fail(`${name}: answered ${answer.status}, not ${wanted.join(' or ')}: ${answer.text?.slice(0, 300)}`);
      return;
    }
    const { pointer, value } = this.operation(id);
    const declared = value.responses[answer.status];
    if (!declared) return this.fail(`${name}: the document knows no ${answer.status}`);
    if (answer.status < 400) this.succeeded.add(id);
    const at = declared.$ref ? declared.$ref.slice(1) : `${pointer}/responses/${answer.status}`;
    this.#body(name, this.#resolve(at), at, answer);
    if (answer.status === 503 && !answer.headers['retry-after']) this.fail(`${name}: a 503 without Retry-After`);
    if (answer.type === 'application/problem+json' && answer.body?.status !== answer.status)
      this.fail(`${name}: the problem says ${answer.body?.status}, the status line ${answer.status}`);
  }

  /** The request's own schema must take what the daemon takes. */
  requestHolds(id, what, body, accepted) {
    const { pointer, value } = this.operation(id);
    if (!value.requestBody?.content?.['application/json']) return;
    const validate = this.validator(`${pointer}/requestBody/content/application~1json/schema`);
    const fits = validate(body);
    if (accepted && !fits) this.fail(`${id}: ${what}: the daemon took a body that the schema refuses: ${this.#words(validate.errors)}`);
    if (!accepted && fits) this.fail(`${id}: ${what}: the daemon refused a body that the schema takes`);
  }

  finish() {
    for (const id of this.#operations.keys())
      if (!this.succeeded.has(id)) this.fail(`${id}: never seen to succeed`);
  }

  #body(name, response, at, answer) {
    const types = Object.keys(response.content ?? {});
    if (types.length === 0) {
      if (answer.text !== '') this.fail(`${name}: a body where the document has none: ${answer.text.slice(0, 100)}`);
      return;
    }
    const type = types.includes(answer.type) ? answer.type : types.includes('*/*') ? '*/*' : undefined;
    if (type === undefined) return this.fail(`${name}: ${answer.status} of type "${answer.type}", not ${types.join(' or ')}`);
    if (!type.endsWith('json')) return;
    if (answer.body === undefined) return this.fail(`${name}: the body is no JSON: ${answer.text.slice(0, 200)}`);
    const validate = this.validator(`${at}/content/${token(type)}/schema`);
    if (!validate(answer.body)) this.fail(`${name}: ${answer.status}: ${this.#words(validate.errors)}`);
  }

  #resolve(pointer) {
    return pointer.split('/').slice(1).reduce((value, part) => value[part.replaceAll('~1', '/').replaceAll('~0', '~')], this.#document);
  }

  #words(errors) {
    return errors.slice(0, 5).map((error) => `${error.instancePath || '/'} ${error.message}`).join('; ');
  }
}

function token(name) { return name.replaceAll('~', '~0').replaceAll('/', '~1'); }
