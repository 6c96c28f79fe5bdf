// The demonstration in a browser, as a reader uses it.
//
// REMNANT_BINARY=target/debug/remnant npm test
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { launchOptions } from './browser.mjs';
import { assertNoFaults, barriers, coloursOfMap, openPage, overflow } from './inspect.mjs';
import { startProgram } from './program.mjs';

const BRIEF = 'brief/us-ukraine-dpicm';
const PAGES = [
  '',
  BRIEF,
  'munitions',
  'munition/m864',
  'states',
  'state/USA',
  'timeline',
  'sources',
  'incidents',
  'requests',
  'law',
  'law?exporter=USA&recipient=UKR&transit=DEU&transit=GBR&munition=m864',
  'history/m864',
  'source/law-nbc-20230630',
  'explain/dud-rate/m42-m46/median',
];

let browser;
let demo;

before(async () => {
  demo = await startProgram(['demo', '--port', '0', '--no-open']);
  browser = await chromium.launch(launchOptions());
});

after(async () => {
  await browser?.close();
  await demo?.stop();
});

/** Opens one page of the demonstration; gives the page and a function that checks and closes it. */
async function open(path, options) {
  const { page, faults, close } = await openPage(browser, options);
  const answer = await page.goto(demo.address + path);
  assert.equal(answer.status(), 200, path);
  return {
    page,
    async done() {
      assertNoFaults(faults);
      await close();
    },
  };
}

/** Sets both days in the form that every page has, and sends it. */
async function ask(page, on, knownBy) {
  await page.locator('#dates input[name="on"][type="date"]').fill(on);
  await page.locator('#dates input[name="known_by"][type="date"]').fill(knownBy);
  await Promise.all([
    page.waitForURL((url) => url.searchParams.get('known_by') === knownBy),
    page.locator('#dates [type="submit"]').click(),
  ]);
}

function days(page) {
  const { searchParams } = new URL(page.url());
  return [searchParams.get('on'), searchParams.get('known_by')];
}

const words = (page) => page.locator('main').innerText();

test('the front page opens and leads to the brief', async () => {
  const { page, done } = await open('');
  assert.ok((await words(page)).length > 200);
  await page.locator(`main a[href^="/${BRIEF}"]`).first().click();
  await page.waitForURL(`**/${BRIEF}**`);
  await done();
});

test('both days change the page and the address, and stay in the links', async () => {
  const { page, done } = await open(BRIEF);
  await ask(page, '2023-06-30', '2023-06-30');
  const earlier = await words(page);
  assert.deepEqual(days(page), ['2023-06-30', '2023-06-30']);

  await ask(page, '2024-01-01', '2024-01-01');
  assert.deepEqual(days(page), ['2024-01-01', '2024-01-01']);
  assert.notEqual(await words(page), earlier);

  await ask(page, '2023-06-30', '2023-06-30');
  assert.equal(await words(page), earlier, 'the same question has the same answer');

  await page.locator('header nav a[href^="/munitions"]').click();
  await page.waitForURL('**/munitions**');
  assert.deepEqual(days(page), ['2023-06-30', '2023-06-30']);
  assert.equal(await page.locator('#dates input[name="known_by"]').inputValue(), '2023-06-30');
  await page.locator('main a[href^="/munition/"]').first().click();
  await page.waitForURL('**/munition/**');
  assert.deepEqual(days(page), ['2023-06-30', '2023-06-30']);
  await done();
});

test('what was said on 7 July 2023 is absent a week before', async () => {
  const { page, done } = await open(`${BRIEF}?on=2023-06-30&known_by=2023-06-30`);
  assert.doesNotMatch(await words(page), /2\.35/);
  await ask(page, '2023-07-07', '2023-07-07');
  assert.match(await words(page), /2\.35/);
  await done();
});

test('a figure leads to how it came about, and from there to its source', async () => {
  const { page, done } = await open(`${BRIEF}?on=2023-06-30&known_by=2023-06-30`);
  const figure = page.locator('main a.figure').first();
  await figure.click();
  await page.waitForURL('**/explain/**');
  assert.deepEqual(days(page), ['2023-06-30', '2023-06-30']);

  const source = page.locator('main a[href^="/source/"]').first();
  await source.click();
  await page.waitForURL('**/source/**');
  const title = (await page.locator('main h1').innerText()).trim();
  const id = decodeURIComponent(new URL(page.url()).pathname.split('/').pop());
  const twin = await page.request.get(`${demo.address}source/${encodeURIComponent(id)}.json`);
  assert.equal(twin.status(), 200);
  assert.ok(title.length > 0 && JSON.stringify(await twin.json()).includes(JSON.stringify(title).slice(1, -1)));
  assert.ok((await page.title()).includes(title), 'the window is named after the source');
  await done();
});

test('a transfer is put together without script', async () => {
  const { page, done } = await open('law?on=2023-06-30&known_by=2023-06-30');
  const choose = (name, value) => page.locator(`form.law select[name="${name}"]`).last().selectOption(value);
  await choose('exporter', 'USA');
  await choose('recipient', 'UKR');
  await choose('transit', 'DEU');
  await choose('munition', 'm483a1');
  const send = async () => {
    const before = page.url();
    await page.locator('form.law button').click();
    await page.waitForURL((url) => url.href !== before);
  };
  await send();
  assert.deepEqual(days(page), ['2023-06-30', '2023-06-30']);
  await choose('transit', 'GBR');
  await send();
  assert.deepEqual(new URL(page.url()).searchParams.getAll('transit').filter(Boolean), ['DEU', 'GBR']);
  const told = await words(page);
  assert.ok(told.includes('Germany') && told.includes('United Kingdom'));
  await done();
});

test('the map of incidents draws its discs', async () => {
  const { page, done } = await open('incidents');
  await page.locator('#map.map-ready').waitFor();
  assert.ok((await coloursOfMap(page)) >= 4, 'sea, land, border, discs');
  await done();
});

test('an address that leads nowhere says so, and where to go', async () => {
  const { page, faults, close } = await openPage(browser, { width: 360 });
  const answer = await page.goto(`${demo.address}nowhere`);
  assert.equal(answer.status(), 404);
  assert.match(await words(page), /no page/);
  assert.deepEqual(await barriers(page), []);
  assert.equal(await overflow(page), 0);
  assert.deepEqual(faults.elsewhere, []);
  await close();
});

for (const width of [360, 1280]) {
  for (const path of PAGES) {
    test(`/${path} has no barrier and fits ${width} pixels`, async () => {
      const { page, done } = await open(path, { width });
      assert.deepEqual(await barriers(page), []);
      assert.equal(await overflow(page), 0);
      await done();
    });
  }
}

test('the pages read as well in the dark', async () => {
  const { page, done } = await open(BRIEF, { colorScheme: 'dark' });
  assert.deepEqual(await barriers(page), []);
  await done();
});
