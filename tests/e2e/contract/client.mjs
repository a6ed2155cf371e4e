// A small HTTP client: TCP or Unix socket, raw enough to send what a well-behaved one would not.
import http from 'node:http';

const longestWaitMs = 10_000;

/** `http://127.0.0.1:9780`, `unix:///run/incidentd/api.sock` or the socket's path. */
export function clientFor(target) {
  const where = target.startsWith('unix://') ? { socketPath: target.slice('unix://'.length) }
    : target.startsWith('/') ? { socketPath: target }
    : (({ hostname, port }) => ({ host: hostname, port: port || 80 }))(new URL(target));

  /**
   * @returns {status, type, headers, body, text}; `body` is the JSON value where the type says so.
   * `declare`: a Content-Length whose body never comes; the server must answer from the header alone.
   */
  function request(method, path, { headers = {}, body, declare } = {}) {
    return new Promise((resolve, reject) => {
      const sent = { Accept: '*/*', ...headers };
      const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body
        : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      if (bytes !== undefined) {
        if (!Object.keys(sent).some((name) => name.toLowerCase() === 'content-type')) sent['Content-Type'] = 'application/json';
        sent['Content-Length'] = bytes.length;
      }
      if (declare !== undefined) Object.assign(sent, { 'Content-Type': 'application/json', 'Content-Length': declare });
      let answered = false;
      const call = http.request({ ...where, method, path, headers: sent, agent: false, timeout: longestWaitMs }, (answer) => {
        answered = true;
        const pieces = [];
        answer.on('data', (piece) => pieces.push(piece));
        answer.on('error', () => {});
        answer.on('end', () => {
          const text = Buffer.concat(pieces).toString('utf8');
          const type = (answer.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
          let parsed;
          if (type === 'application/json' || type.endsWith('+json')) {
            try { parsed = JSON.parse(text); } catch { parsed = undefined; }
          }
          resolve({ status: answer.statusCode, type, headers: answer.headers, text, body: parsed });
          call.destroy();
        });
      });
      call.on('timeout', () => call.destroy(new Error(`no answer within ${longestWaitMs} ms`)));
      call.on('error', (error) => { if (!answered) reject(new Error(`${method} ${path.slice(0, 80)}: ${error.message}`)); });
      if (declare !== undefined) call.flushHeaders();
      else call.end(bytes);
    });
  }

  /** Opens the stream; `next()` gives one item {id, event, data}, comments skipped. */
  function stream(path, headers = {}) {
    return new Promise((resolve, reject) => {
      const items = [], waiting = [];
      const call = http.request({ ...where, method: 'GET', path, headers: { Accept: 'text/event-stream', ...headers }, agent: false });
      call.on('error', reject);
      call.on('response', (answer) => {
        let rest = '';
        answer.setEncoding('utf8');
        answer.on('error', () => {});
        answer.on('data', (piece) => {
          rest += piece;
          for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
            const item = {};
            for (const line of rest.slice(0, end).split('\n')) {
              const colon = line.indexOf(':');
              if (colon > 0) item[line.slice(0, colon)] = line.slice(colon + 1).trimStart();
            }
            rest = rest.slice(end + 2);
            if (item.data === undefined) continue;
            const waiter = waiting.shift();
            if (waiter) waiter(item); else items.push(item);
          }
        });
        resolve({
          status: answer.statusCode,
          type: (answer.headers['content-type'] ?? '').split(';')[0],
          headers: answer.headers,
          next: () => items.length > 0 ? Promise.resolve(items.shift()) : new Promise((got, failed) => {
            const timer = setTimeout(() => failed(new Error(`no item on the stream within ${longestWaitMs} ms`)), longestWaitMs);
            waiting.push((item) => { clearTimeout(timer); got(item); });
          }),
          close: () => call.destroy(),
        });
      });
      call.end();
    });
  }

  return { request, stream, unix: 'socketPath' in where };
}
