// page.mjs CHROMIUM FOLDER [SHOTS]: looks at every .html in FOLDER as people will: on a phone, on a desk, in the dark, on
// paper, with a screen reader. With SHOTS, pictures go there.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Browser } from './browser.mjs';

const [program, folder, shots] = process.argv.slice(2);
const axe = readFileSync(new URL('./node_modules/axe-core/axe.min.js', import.meta.url), 'utf8');
const widths = [320, 700, 1000];
const leastContrast = 4.5; // WCAG 2.2 AA, text of this size

let failures = 0;
function fail(where, what) {
  failures += 1;
  console.log(`FAILED ${where}: ${what}`);
}

// axe does not look into SVG: each word of the picture against what is painted under it.
const contrastInPictures = `(() => {
  const light = (c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
  const channels = (text) => text.match(/[0-9.]+/g).map(Number);
  const luminance = (text) => { const [r, g, b] = channels(text); return 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b); };
  const contains = (shape, x, y) => { const r = shape.getBoundingClientRect(); return x >= r.left && x <= r.right && y >= r.top && y <= r.bottom; };
  return [...document.querySelectorAll('svg text')].filter((t) => getComputedStyle(t).display !== 'none').map((t) => {
    const r = t.getBoundingClientRect(), x = (r.left + r.right) / 2, y = (r.top + r.bottom) / 2;
    const under = [...t.ownerSVGElement.querySelectorAll('rect, circle')].filter((s) => contains(s, x, y)).pop();
    const paper = getComputedStyle(under ?? document.body)[under ? 'fill' : 'backgroundColor'];
    const [a, b] = [luminance(getComputedStyle(t).fill), luminance(paper)].sort((p, q) => q - p);
    return { words: t.textContent, ratio: (a + 0.05) / (b + 0.05) };
  });
})()`;

// A word that hangs out of the picture, or over another, cannot be read.
const collisions = `(() => {
  const words = [...document.querySelectorAll('svg text')].filter((t) => getComputedStyle(t).display !== 'none').map((t) => [t.textContent, t.getBoundingClientRect()]);
  const found = words.filter(([, r]) => r.left < 0 || r.right > innerWidth).map(([text]) => text + ' leaves the page');
  for (const [i, [a, r]] of words.entries())
    for (const [b, s] of words.slice(i + 1))
      if (r.left < s.right && s.left < r.right && r.top + 2 < s.bottom && s.top + 2 < r.bottom) found.push(a + ' lies on ' + b);
  return found;
})()`;

async function look(page, name) {
  for (const scheme of ['light', 'dark'])
    for (const width of widths) {
      const where = `${name} ${width} px ${scheme}`;
      await page.look({ width, scheme });
      const taken = await page.evaluate('document.documentElement.scrollWidth');
      if (taken > width) fail(where, `scrolls sideways: ${taken} px`);
      for (const { words, ratio } of await page.evaluate(contrastInPictures))
        if (ratio < leastContrast) fail(where, `"${words}" has a contrast of ${ratio.toFixed(2)}`);
      for (const collision of await page.evaluate(collisions)) fail(where, collision);
      if (shots) writeFileSync(join(shots, `${name}-${width}-${scheme}.png`), await page.picture());
      if (width === 700) continue; // axe sees what it saw at 1000
      const { violations } = await page.evaluate("axe.run({ resultTypes: ['violations'] })");
      for (const { id, impact, help, nodes } of violations) {
        const words = `axe: ${impact} ${id}: ${help} (${nodes.length}), ${nodes[0].html.slice(0, 120)}`;
        if (impact === 'serious' || impact === 'critical') fail(where, words);
        else console.log(`${where}: ${words}`);
      }
    }
}

async function print(page, name) {
  await page.look({ width: 700, scheme: 'dark', media: 'print' });
  const paper = await page.evaluate('getComputedStyle(document.documentElement).getPropertyValue("--paper").trim()');
  if (paper !== '#fff') fail(`${name} on paper`, `dark ink ran out: ${paper}`);
  const pdf = await page.pdf();
  if (!pdf.subarray(0, 5).equals(Buffer.from('%PDF-')) || pdf.length < 5000) fail(`${name} on paper`, `no PDF, ${pdf.length} bytes`);
  if (shots) writeFileSync(join(shots, `${name}.pdf`), pdf);
}

if (shots) mkdirSync(shots, { recursive: true });
const browser = new Browser(program);
try {
  for (const file of readdirSync(folder).filter((one) => one.endsWith('.html')).sort()) {
    const name = file.slice(0, -5);
    const page = await browser.open(`file://${resolve(folder, file)}`);
    const scripts = await page.evaluate("document.querySelectorAll('script, link, img, iframe, object, [style]').length");
    if (scripts > 0) fail(name, `${scripts} elements that a page that stands alone does not have`);
    if (page.requests.length !== 1) fail(name, `asks for more than itself: ${page.requests.slice(1).join(' ')}`);
    await page.evaluate(axe);
    await look(page, name);
    if (name !== 'list') await print(page, name);
    for (const complaint of page.complaints) fail(name, `the browser complains: ${complaint}`);
    console.log(`${name}: looked at`);
  }
} finally {
  await browser.close();
}
process.exitCode = failures > 0 ? 1 : 0;
