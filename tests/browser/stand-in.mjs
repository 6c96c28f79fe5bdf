// A stand-in for the program: the real style, map module and vendored library, served with the same
// content policy, and small pages in the program's markup. So the map and the test harness can be
// tested on their own, in a second, before and without the program.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

const UI = path.resolve(import.meta.dirname, '../../ui');

export const CONTENT_POLICY =
  "default-src 'none'; script-src 'self'; worker-src 'self'; connect-src 'self'; " +
  "img-src 'self' data: blob:; style-src 'self'; " +
  "form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const TYPES = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
};

/** A square disc is a disc all the same: four corners are enough to be found under a click. */
function disc(id, longitude, latitude, half) {
  const ring = [[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]];
  return {
    type: 'Feature',
    geometry: {
      type: 'Polygon',
      coordinates: [ring.map(([across, up]) => [longitude + across * half, latitude + up * half])],
    },
    properties: {
      id,
      title: `An invented use <b>${id}</b>`,
      date: '2 October 2014',
      place: 'A town (UKR)',
      uncertainty_m: 8000,
      href: `/history/${id}`,
    },
  };
}

const INCIDENTS = {
  type: 'FeatureCollection',
  features: [disc('one', 35, 48, 2), disc('two', 36, 48, 2)],
};

const LAND = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      properties: { code: 'UKR', name: 'Ukraine' },
      geometry: {
        type: 'MultiPolygon',
        coordinates: [[[[22, 45], [40, 45], [40, 52], [22, 52], [22, 45]]]],
      },
    },
  ],
};

function page(title, content) {
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Remnant</title>
<link rel="stylesheet" href="/assets/remnant.css">
<link rel="stylesheet" href="/assets/vendor/maplibre-gl/maplibre-gl.css">
<script type="module" src="/assets/map.js"></script>
</head>
<body>
<a class="skip" href="#content">To the content</a>
<header class="site">
<nav aria-label="Pages"><ul>
<li><a href="/">Remnant</a></li><li><a href="/" aria-current="page">Brief</a></li>
<li><a href="/">Munitions</a></li><li><a href="/">States</a></li><li><a href="/">Law</a></li>
<li><a href="/">Requests</a></li><li><a href="/">Timeline</a></li>
<li><a href="/">Incidents</a></li><li><a href="/">Sources</a></li>
</ul></nav>
<form id="dates" method="get" action="/">
<label>The world on <input type="date" name="on" value="2023-06-30" required></label>
<label>as known by <input type="date" name="known_by" value="2023-06-30" required></label>
<button type="submit">Show</button>
</form>
</header>
<main id="content">${content}</main>
<footer class="site"><p>A history, not a hazard map.</p></footer>
</body>
</html>`;
}

const STYLES = `<h1>What every page is made of</h1>
<p class="lead">A share of <a class="figure" href="/explain/x">6.1 % (1.8 to 16 %)</a>, from
<a class="outside" href="/">a report</a>.</p>
<section id="known"><h2>Panels</h2>
<div class="panel known"><h3>Known</h3><ul><li>Said by all.</li></ul></div>
<div class="panel disputed"><h3>Disputed</h3><ul><li>Said by some.</li></ul></div>
<div class="panel unknown"><h3>Not known</h3><ul><li>Said by nobody.</li></ul></div>
<p><span class="badge standing-reported">reported</span> <span class="badge standing-announced">announced</span>
<span class="badge standing-decided">decided</span> <span class="badge standing-confirmed">confirmed</span>
<span class="badge standing-denied">denied</span> <span class="badge standing-scheduled">scheduled</span>
<span class="badge unanswered">unanswered</span> <span class="badge answered">answered</span>
<span class="badge evidence-field">field count</span> <span class="badge evidence-test">firing test</span>
<span class="badge evidence-official">official statement</span> <span class="badge evidence-estimate">estimate</span>
<span class="badge evidence-requirement">requirement</span>
<span class="nobody-looked"><span>nobody looked</span></span></p></section>
<section id="table"><h2>A table</h2>
<div class="table" role="region" tabindex="0" aria-label="Munitions"><table>
<caption>Munitions</caption>
<thead><tr><th scope="col">Name</th><th scope="col">Submunitions carried</th><th scope="col">Self-destruct</th><th scope="col">Source</th></tr></thead>
<tbody><tr><td data-label="Name">M-000 projectile</td><td data-label="Submunitions carried"><a class="figure" href="/">72</a></td><td data-label="Self-destruct">no</td><td data-label="Source"><a href="/">A field manual of many pages, chapter 5, table 2</a></td></tr>
<tr><td data-label="Name">M-001 projectile</td><td data-label="Submunitions carried"><a class="figure" href="/">88</a></td><td data-label="Self-destruct">not stated</td><td data-label="Source"><a href="/">averylongidentifierwithoutanybreakthatmightpushthepagewiderthanaphone</a></td></tr></tbody>
</table></div></section>
<details><summary>More</summary><p>Inside.</p></details>`;

const MAP = `<h1>Documented uses</h1>
<figure class="map"><div id="map" role="region" aria-label="Map of documented uses"
 data-incidents="/incidents.geojson?on=2023-06-30"><p class="map-fallback">The map needs script and WebGL. The table holds the same.</p></div>
<figcaption>Two discs.</figcaption></figure>`;

/** Starts the stand-in on a free port of the loopback address. */
export async function startStandIn() {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const send = (type, body) => {
      response.writeHead(200, { 'content-type': type, 'content-security-policy': CONTENT_POLICY });
      response.end(body);
    };
    if (pathname === '/') return send('text/html; charset=utf-8', page('Styles', STYLES));
    if (pathname === '/incidents') return send('text/html; charset=utf-8', page('Uses', MAP));
    if (pathname.startsWith('/history/')) {
      return send('text/html; charset=utf-8', page('One use', '<h1>One use</h1>'));
    }
    if (pathname === '/incidents.geojson') return send('application/geo+json', JSON.stringify(INCIDENTS));
    if (pathname === '/assets/basemap.geojson') return send('application/geo+json', JSON.stringify(LAND));
    if (pathname === '/favicon.ico') return response.writeHead(204).end();
    const file = path.join(UI, path.normalize(pathname.replace('/assets/', '/')));
    try {
      if (!pathname.startsWith('/assets/')) throw new Error('not an asset');
      send(TYPES[path.extname(file)] ?? 'application/octet-stream', await readFile(file));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = `http://127.0.0.1:${server.address().port}/`;
  return { address, stop: () => server.close() };
}
