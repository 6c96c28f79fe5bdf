// A project in a browser, as its officer looks at it: a village with an area that was partly cleared.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { chromium } from 'playwright-core';
import { launchOptions } from './browser.mjs';
import { assertNoFaults, barriers, coloursOfMap, openPage, overflow } from './inspect.mjs';
import { binary, startProgram } from './program.mjs';

let browser;
let program;
let folder;

/** A square of some hundred metres, or its western half, as GeoJSON. */
function square(half) {
  const [west, south, north] = [105.9, 16.5, 16.5009];
  const east = west + (half ? 0.00045 : 0.0009);
  const ring = [[west, south], [east, south], [east, north], [west, north], [west, south]];
  return JSON.stringify({ type: 'Polygon', coordinates: [ring] });
}

function remnant(...words) {
  const env = { ...process.env, REMNANT_PROJECT: 'village.gpkg', REMNANT_AUTHOR: 'Ana', REMNANT_CLOCK: '2024-03-04T09:00:00Z' };
  execFileSync(binary(), words, { cwd: folder, env });
}

before(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'remnant-'));
  writeFileSync(path.join(folder, 'square.geojson'), square(false));
  writeFileSync(path.join(folder, 'half.geojson'), square(true));
  remnant('init', 'village.gpkg');
  const find = ['evidence_kind=submunition_found', 'how_known=seen', 'date_found=2024-01-05', 'organisation=HI', 'quantity=1'];
  remnant('enter', 'evidence-point', 'EP-1', ...find, '--at', '16.50045N 105.90070E', '--method', 'gps', '--accuracy', '5');
  const step = (on) => ['--effective-on', on, '--organisation', 'HI', '--why', 'as reported'];
  remnant('release', 'open', 'HA-1', '--as', 'cha', '--boundary', 'square.geojson', ...step('2024-01-30'),
    '--evidence', 'EP-1', '--how-drawn', 'walked', '--contamination', 'cluster_munition_remnants');
  remnant('release', 'clear', 'HA-1', '--boundary', 'half.geojson', ...step('2024-02-10'), '--depth-cm', '20',
    '--method', 'detector', '--worked-from', '2024-02-01', '--worked-to', '2024-02-10', '--all-worked',
    '--no-items', '--completion-report', 'CR-1');
  program = await startProgram(['serve', 'village.gpkg', '--port', '0', '--no-open'], { cwd: folder });
  browser = await chromium.launch(launchOptions());
});

after(async () => {
  await browser?.close();
  await program?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const PAGES = [
  'project',
  'map',
  'areas',
  'area/HA-1',
  'balance?from=2024-01-01&to=2024-03-04',
  'reviews',
  'journal',
  'check',
  'objects/evidence-points',
  'object/evidence-point/EP-1',
  'explain/area/HA-1/open-cha',
];

for (const width of [390, 1280]) {
  test(`every page of a project is sound at ${width} pixels`, async () => {
    for (const address of PAGES) {
      const { page, faults, close } = await openPage(browser, { width });
      await page.goto(program.address + address);
      if (address === 'map') await page.locator('#map.map-idle').waitFor();
      assert.deepEqual(await barriers(page), [], address);
      assert.equal(await overflow(page), 0, address);
      assertNoFaults(faults);
      await close();
    }
  });
}

test('the map shows open and cleared land and tells what is under a place', async () => {
  const { page, faults, close } = await openPage(browser);
  await page.goto(`${program.address}map`);
  await page.locator('#map.map-idle').waitFor();
  assert.ok((await coloursOfMap(page)) >= 6, 'ground, dots, red, edges, marks');
  const box = await page.locator('#map canvas').boundingBox();
  const popup = page.locator('.maplibregl-popup');
  const at = async (share) => {
    await page.mouse.click(box.x + box.width * share, box.y + box.height / 2);
    await popup.waitFor();
    return popup.innerText();
  };
  const east = await at(0.52);
  assert.match(east, /Hazardous area HA-1/);
  assert.match(east, /CHA/);
  assert.match(east, /4786 m²|478\d m²/);
  assert.deepEqual(await barriers(page), []);
  await popup.getByRole('link', { name: /HA-1/ }).first().click();
  await page.waitForURL(/\/area\/HA-1\?on=/);
  assertNoFaults(faults);
  await close();
});

test('what the legend switches off is gone, and what it switches on is back', async () => {
  const { page, faults, close } = await openPage(browser);
  await page.goto(`${program.address}map`);
  await page.locator('#map.map-idle').waitFor();
  const picture = async () => (await page.locator('#map canvas').screenshot()).toString('base64');
  const first = await picture();
  const confirmed = page.getByLabel(/Confirmed hazardous area/);
  await confirmed.uncheck();
  const changes = async (from) => {
    for (let tries = 0; tries < 50; tries += 1) {
      const now = await picture();
      if (now !== from) return now;
      await page.waitForTimeout(100);
    }
    return from;
  };
  const without = await changes(first);
  assert.notEqual(without, first, 'the confirmed area is still drawn');
  await confirmed.check();
  assert.notEqual(await changes(without), without, 'the confirmed area is not drawn again');
  assertNoFaults(faults);
  await close();
});

test('coordinates in any form are found, and faults are told', async () => {
  const { page, close } = await openPage(browser);
  await page.goto(`${program.address}map`);
  await page.locator('#map.map-ready').waitFor();
  const field = page.getByLabel('Go to');
  const answer = page.locator('#go-to output');
  for (const text of ['16.5 105.9', '16°30\'N 105°54\'E', '48Q WD 9605 2431']) {
    await field.fill(text);
    await field.press('Enter');
    await page.locator('.maplibregl-marker').waitFor();
    await page.waitForFunction(() => /16\.\d+.*105\.\d+/.test(document.querySelector('#go-to output')?.textContent ?? ''));
  }
  await field.fill('somewhere');
  await field.press('Enter');
  await page.waitForFunction(() => !/^16/.test(document.querySelector('#go-to output')?.textContent ?? '16'));
  assert.notEqual(await answer.innerText(), '');
  await close();
});

test('the two days move map, areas and balance', async () => {
  const { page, close } = await openPage(browser);
  await page.goto(`${program.address}map?on=2024-02-05&known_by=2024-03-04`);
  await page.locator('#map.map-idle').waitFor();
  const box = await page.locator('#map canvas').boundingBox();
  await page.mouse.click(box.x + box.width * 0.48, box.y + box.height / 2);
  const words = await page.locator('.maplibregl-popup').innerText();
  assert.match(words, /CHA/, 'not yet cleared on that day');
  assert.doesNotMatch(words, /cleared on/);
  await page.getByRole('link', { name: 'Areas', exact: true }).click();
  await page.waitForURL(/on=2024-02-05&known_by=2024-03-04/);
  await close();
});

test('a figure of the balance walks back to how it was made', async () => {
  const { page, faults, close } = await openPage(browser);
  await page.goto(`${program.address}balance?from=2024-01-01&to=2024-03-04`);
  await page.locator('a.figure').first().click();
  await page.waitForURL(/\/explain\/balance\//);
  assert.match(await page.locator('main').innerText(), /It stands on the page/);
  assertNoFaults(faults);
  await close();
});
