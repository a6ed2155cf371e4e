// A headless Chromium spoken to in its own protocol over a pipe: no driver package, no port, no WebSocket.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const answerWithin = 20_000; // ms

export class Browser {
  #child;
  #folder = mkdtempSync(join(tmpdir(), 'page-'));
  #waiting = new Map();
  #listeners = [];
  #next = 1;
  #received = '';

  constructor(program) {
    const flags = ['--headless', '--remote-debugging-pipe', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run', '--hide-scrollbars',
      '--disable-extensions', '--disable-background-networking', '--disable-component-update', '--disable-sync', `--user-data-dir=${this.#folder}`];
    if (process.getuid() === 0) flags.push('--no-sandbox');
    this.#child = spawn(program, [...flags, 'about:blank'], { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] });
    this.#child.on('exit', (code) => this.#give_up(`the browser ended with ${code}`));
    this.#child.on('error', (error) => this.#give_up(error.message));
    this.#child.stdio[3].on('error', () => {});
    this.#child.stdio[4].setEncoding('utf8').on('data', (text) => this.#read(text));
  }

  #give_up(why) {
    for (const { reject } of this.#waiting.values()) reject(new Error(why));
    this.#waiting.clear();
  }

  #read(text) {
    this.#received += text;
    const messages = this.#received.split('\0');
    this.#received = messages.pop();
    for (const message of messages.map((one) => JSON.parse(one))) {
      const waiting = this.#waiting.get(message.id);
      this.#waiting.delete(message.id);
      if (message.error) waiting?.reject(new Error(message.error.message));
      else waiting?.resolve(message.result);
      if (message.method) this.#listeners.forEach((listener) => listener(message));
    }
  }

  send(method, params = {}, sessionId = undefined) {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${method}: no answer in ${answerWithin} ms`)), answerWithin).unref();
      const done = (settle) => (value) => { clearTimeout(limit); settle(value); };
      this.#waiting.set(id, { resolve: done(resolve), reject: done(reject) });
      this.#child.stdio[3].write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
  }

  once(method, sessionId) {
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error(`${method} did not come`)), answerWithin);
      const listener = (message) => {
        if (message.method !== method || message.sessionId !== sessionId) return;
        clearTimeout(limit);
        this.#listeners = this.#listeners.filter((one) => one !== listener);
        resolve(message.params);
      };
      this.#listeners.push(listener);
    });
  }

  on(listener) { this.#listeners.push(listener); }

  async open(url) {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' });
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true });
    const page = new Page(this, sessionId);
    for (const domain of ['Page', 'Runtime', 'Network', 'Log']) await page.send(`${domain}.enable`);
    await page.go(url);
    return page;
  }

  async close() {
    this.#child.removeAllListeners('exit');
    const gone = new Promise((resolve) => this.#child.on('exit', resolve));
    const kill = setTimeout(() => this.#child.kill('SIGKILL'), answerWithin);
    this.send('Browser.close').catch(() => {});
    await gone;
    clearTimeout(kill);
    // Its helpers may still be writing for a moment.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

class Page {
  complaints = [];
  requests = [];

  constructor(browser, session) {
    this.browser = browser;
    this.session = session;
    browser.on(({ sessionId, method, params }) => {
      if (sessionId !== session) return;
      if (method === 'Network.requestWillBeSent') this.requests.push(params.request.url);
      if (method === 'Log.entryAdded' && params.entry.level === 'error') this.complaints.push(params.entry.text);
    });
  }

  send(method, params = {}) { return this.browser.send(method, params, this.session); }

  async go(url) {
    const loaded = this.browser.once('Page.loadEventFired', this.session);
    await this.send('Page.navigate', { url });
    await loaded;
  }

  async evaluate(expression) {
    const { result, exceptionDetails } = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true });
    if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    return result.value;
  }

  async look({ width, height = 900, scheme = 'light', media = '' }) {
    await this.send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false });
    await this.send('Emulation.setEmulatedMedia', { media, features: [{ name: 'prefers-color-scheme', value: scheme }] });
  }

  async picture() {
    const { data } = await this.send('Page.captureScreenshot', { captureBeyondViewport: true });
    return Buffer.from(data, 'base64');
  }

  async pdf() {
    const { data } = await this.send('Page.printToPDF', { preferCSSPageSize: true, printBackground: true });
    return Buffer.from(data, 'base64');
  }
}
