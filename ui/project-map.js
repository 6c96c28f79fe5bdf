// @ts-check
/**
 * The map of a project: what the server draws tile by tile, with a legend that is also its switch.
 *
 * Belongs here: showing tiles, telling what is under a place, going to coordinates. Does not belong
 * here: which things a tile holds and how they are worded; the lists under the map hold the same.
 */

const LIBRARY = '/assets/vendor/maplibre-gl/maplibre-gl.mjs';
const WORKER = '/assets/vendor/maplibre-gl/maplibre-gl-worker.mjs';
const OUTLINES = '/assets/basemap.geojson';

/**
 * One line of the legend, with the layers of the map that it switches.
 * @typedef {object} Group
 * @property {string} id
 * @property {string} words
 * @property {'fill' | 'hatch' | 'dots' | 'line' | 'dash' | 'point' | 'square' | 'disc'} mark
 * @property {string} colour
 * @property {(colour: string) => object[]} layers
 */

/** @type {(source: string, filter?: any[]) => object} */
const from = (source, filter) => ({
  source: 'ground',
  'source-layer': source,
  ...(filter ? { filter } : {}),
});

/** @type {(id: string, source: string, colour: string, filter?: any[], extra?: object) => object} */
const outline = (id, source, colour, filter, extra = {}) => ({
  id,
  type: 'line',
  ...from(source, filter),
  layout: { 'line-join': 'round' },
  paint: { 'line-color': colour, 'line-width': 2, ...extra },
});

/**
 * A mark of at least some points on the screen, so that nothing vanishes from a wide view.
 * @type {(id: string, source: string, colour: string, radius: number, filter?: any[]) => object}
 */
const mark = (id, source, colour, radius, filter) => ({
  id,
  type: 'circle',
  ...from(source, filter),
  paint: {
    'circle-color': colour,
    'circle-radius': radius,
    'circle-stroke-color': '#ffffff',
    'circle-stroke-width': 1.2,
  },
});

const CONFIRMED = ['==', ['get', 'area_type'], 'cha'];
const SUSPECTED = ['==', ['get', 'area_type'], 'sha'];

/** @type {Group[]} */
export const GROUPS = [
  {
    id: 'boundaries',
    words: 'Boundaries of administrative units',
    mark: 'line',
    colour: '#6b7785',
    layers: (colour) => [outline('boundary', 'boundary_area', colour, undefined, { 'line-width': 1 })],
  },
  {
    id: 'searches',
    words: 'Searches, by their reported ground',
    mark: 'dash',
    colour: '#3b5bdb',
    layers: (colour) => [
      { id: 'search-fill', type: 'fill', ...from('search_area'), paint: { 'fill-color': colour, 'fill-opacity': 0.08 } },
      outline('search', 'search_area', colour, undefined, { 'line-dasharray': [4, 2], 'line-width': 1.5 }),
      outline('search-line', 'search_line', colour, undefined, { 'line-width': 1.5 }),
      mark('search-point', 'search', colour, 3),
    ],
  },
  {
    id: 'boxes',
    words: 'Survey boxes that were worked',
    mark: 'line',
    colour: '#1f6f8b',
    layers: (colour) => [
      outline('box', 'survey_box_area', colour, undefined, { 'line-width': 1.2 }),
      mark('box-point', 'survey_box', colour, 3),
    ],
  },
  {
    id: 'released',
    words: 'Released land: cancelled, reduced or cleared',
    mark: 'dots',
    colour: '#2b8a3e',
    layers: (colour) => [
      { id: 'released', type: 'fill', ...from('released_land'), paint: { 'fill-pattern': 'dots' } },
      outline('released-edge', 'released_land', colour, undefined, { 'line-width': 1 }),
    ],
  },
  {
    id: 'suspected',
    words: 'Suspected hazardous area (SHA) that remains',
    mark: 'hatch',
    colour: '#b35c00',
    layers: (colour) => [
      { id: 'suspected', type: 'fill', ...from('remaining_land', SUSPECTED), paint: { 'fill-pattern': 'hatch' } },
      outline('suspected-edge', 'remaining_land', colour, SUSPECTED),
      mark('suspected-mark', 'remaining_land_mark', colour, 4, SUSPECTED),
    ],
  },
  {
    id: 'confirmed',
    words: 'Confirmed hazardous area (CHA) that remains',
    mark: 'fill',
    colour: '#8f1d2c',
    layers: (colour) => [
      { id: 'confirmed', type: 'fill', ...from('remaining_land', CONFIRMED), paint: { 'fill-color': colour, 'fill-opacity': 0.55 } },
      outline('confirmed-edge', 'remaining_land', colour, CONFIRMED),
      mark('confirmed-mark', 'remaining_land_mark', colour, 5, CONFIRMED),
    ],
  },
  {
    id: 'reported',
    words: 'Hazardous areas as operators reported them',
    mark: 'dash',
    colour: '#5f1a37',
    layers: (colour) => [
      outline('reported', 'hazardous_area_area', colour, undefined, { 'line-dasharray': [2, 2] }),
      mark('reported-point', 'hazardous_area', colour, 4),
    ],
  },
  {
    id: 'strikes',
    words: 'Strikes; a disc is as wide as the place is uncertain',
    mark: 'disc',
    colour: '#a34f00',
    layers: (colour) => [
      { id: 'strike-disc', type: 'fill', ...from('strike_disc'), paint: { 'fill-color': colour, 'fill-opacity': 0.14 } },
      outline('strike-disc-edge', 'strike_disc', colour, undefined, { 'line-width': 1 }),
      outline('strike-area', 'strike_area', colour, undefined, { 'line-width': 1 }),
      mark('strike', 'strike', colour, 3),
    ],
  },
  {
    id: 'evidence',
    words: 'Evidence points',
    mark: 'point',
    colour: '#101418',
    layers: (colour) => [
      { id: 'evidence-disc', type: 'fill', ...from('evidence_point_disc'), paint: { 'fill-color': colour, 'fill-opacity': 0.1 } },
      mark('evidence', 'evidence_point', colour, 4.5),
    ],
  },
  {
    id: 'accidents',
    words: 'Accidents',
    mark: 'square',
    colour: '#5b2a86',
    layers: (colour) => [
      { id: 'accident-disc', type: 'fill', ...from('accident_disc'), paint: { 'fill-color': colour, 'fill-opacity': 0.1 } },
      mark('accident', 'accident', colour, 5.5),
    ],
  },
];

/** @type {Record<string, string>} */
const KINDS = {
  remaining_land: 'Hazardous area',
  released_land: 'Released land of',
  hazardous_area: 'Reported hazardous area',
  strike: 'Strike',
  evidence_point: 'Evidence point',
  accident: 'Accident',
  search: 'Search',
  survey_box: 'Survey box',
  boundary: 'Boundary',
};

/**
 * What a thing under a place is, in words.
 * @param {{ sourceLayer: string, properties: Record<string, any> }} feature
 */
export function wordsOf(feature) {
  const kind = feature.sourceLayer.replace(/_(area|disc|line|mark)$/, (suffix) =>
    feature.sourceLayer === `hazardous${suffix}` ? suffix : '',
  );
  const { properties } = feature;
  const told = [];
  if (properties.area_type) told.push(`${properties.area_type.toUpperCase()}, ${properties.status}`);
  if (properties.release_kind) told.push(`${properties.release_kind} on ${properties.released_on}`);
  if (properties.square_metres) told.push(`${properties.square_metres} m²`);
  if (properties.review === 'provisional') told.push('provisional: not every entry is approved');
  if (properties.uncertainty_m) told.push(`somewhere within ${Math.round(properties.uncertainty_m)} m`);
  return { title: `${KINDS[kind] ?? kind} ${properties.id}`, told: told.join('; ') };
}

/**
 * The list of what is under a place, each once. Text only: ids come from the files of others.
 * @param {{ sourceLayer: string, properties: Record<string, any> }[]} features
 * @param {string} days
 */
export function popupContent(features, days) {
  const content = document.createElement('div');
  content.className = 'map-popup';
  const list = document.createElement('ul');
  const seen = new Set();
  for (const feature of features) {
    const { title, told } = wordsOf(feature);
    if (seen.has(title + told)) continue;
    seen.add(title + told);
    const entry = document.createElement('li');
    const link = document.createElement('a');
    link.textContent = title;
    const target = new URL(`${feature.properties.page}?${days}`, location.href);
    // A project holds files of others, which must not be able to bring an address that runs script.
    if (target.origin === location.origin) link.href = target.href;
    const detail = document.createElement('span');
    detail.textContent = told;
    entry.append(link, document.createElement('br'), detail);
    list.append(entry);
  }
  content.append(list);
  return content;
}

/**
 * A small picture that fills areas: stripes or dots, which stay apart without colour.
 * @param {'hatch' | 'dots'} kind
 * @param {string} colour
 */
function pattern(kind, colour) {
  const side = 16;
  const canvas = document.createElement('canvas');
  canvas.width = side;
  canvas.height = side;
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  pen.strokeStyle = colour;
  pen.fillStyle = colour;
  if (kind === 'hatch') {
    pen.lineWidth = 2.5;
    for (const shift of [-side, 0, side]) {
      pen.beginPath();
      pen.moveTo(shift, side);
      pen.lineTo(shift + side, 0);
      pen.stroke();
    }
  } else {
    for (const [x, y] of [[4, 4], [12, 12]]) {
      pen.beginPath();
      pen.arc(x, y, 1.6, 0, 2 * Math.PI);
      pen.fill();
    }
  }
  return pen.getImageData(0, 0, side, side);
}

/** The colours of the ground under the map, as the style sheet has them for the scheme in use. */
function colours() {
  const style = getComputedStyle(document.documentElement);
  /** @type {(name: string, fallback: string) => string} */
  const read = (name, fallback) => style.getPropertyValue(name).trim() || fallback;
  return {
    sea: read('--map-sea', '#e8eef3'),
    land: read('--map-land', '#fbfbf9'),
    border: read('--map-border', '#8c959f'),
  };
}

/** @param {string} tiles */
function mapStyle(tiles) {
  const { sea, land, border } = colours();
  return {
    version: 8,
    sources: {
      outlines: {
        type: 'geojson',
        data: new URL(OUTLINES, location.href).href,
        attribution: 'Outlines: Natural Earth, no statement on any border',
      },
      // A tile of zoom 17 shows some 300 m in 4096 units: below a decimetre nothing more is to be seen.
      ground: { type: 'vector', tiles: [location.origin + tiles], minzoom: 0, maxzoom: 17 },
    },
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': sea } },
      { id: 'land', type: 'fill', source: 'outlines', paint: { 'fill-color': land } },
      { id: 'border', type: 'line', source: 'outlines', paint: { 'line-color': border, 'line-width': 0.8 } },
      ...GROUPS.flatMap((group) => group.layers(group.colour)),
    ],
  };
}

/**
 * The legend: what each mark means, and whether it is shown.
 * @param {HTMLElement} place
 * @param {(group: Group, shown: boolean) => void} show
 */
function legend(place, show) {
  const fields = document.createElement('fieldset');
  const title = document.createElement('legend');
  title.textContent = 'Legend';
  fields.append(title);
  for (const group of [...GROUPS].reverse()) {
    const label = document.createElement('label');
    const box = document.createElement('input');
    box.type = 'checkbox';
    box.checked = true;
    box.addEventListener('change', () => show(group, box.checked));
    const sample = document.createElement('span');
    sample.className = `sample sample-${group.mark} sample-of-${group.id}`;
    const words = document.createElement('span');
    words.textContent = group.words;
    label.append(box, sample, words);
    fields.append(label);
  }
  const north = document.createElement('p');
  north.textContent = 'North is up. Lengths are as the scale bar shows them in the middle of the map.';
  place.append(fields, north);
}

/**
 * Goes to coordinates in any way of writing that an import reads; the server reads them.
 * @param {HTMLFormElement} form
 * @param {any} library
 * @param {any} map
 */
function goTo(form, library, map) {
  const answer = /** @type {HTMLOutputElement} */ (form.querySelector('output'));
  /** @type {any} */
  let pin = null;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const text = String(new FormData(form).get('text') ?? '').trim();
    if (!text) return;
    const reply = await fetch(`/where.json?text=${encodeURIComponent(text)}`);
    const found = await reply.json();
    if (!reply.ok) {
      answer.textContent = `${found.error}. ${found.help}.`;
      return;
    }
    const near = found.uncertainty_m ? `, within ${Math.ceil(found.uncertainty_m)} m` : '';
    answer.textContent = [`${found.told}${near}`, ...found.warnings].join('. ');
    pin?.remove();
    pin = new library.Marker({ color: '#0b5c8e' }).setLngLat([found.longitude, found.latitude]).addTo(map);
    map.jumpTo({ center: [found.longitude, found.latitude], zoom: Math.max(map.getZoom(), 13) });
  });
}

/**
 * Shows the map in its place on the page. Until it is drawn, and wherever it cannot be, the text
 * that the page came with stays.
 * @param {HTMLElement} place
 */
async function show(place) {
  const { tiles, days = '', extent } = place.dataset;
  if (!tiles) return;
  const library = await import(LIBRARY);
  library.setWorkerUrl(WORKER);
  const container = document.createElement('div');
  container.className = 'map-canvas';
  place.append(container);
  place.classList.add('map-loading');
  let map;
  try {
    map = new library.Map({
      container,
      style: mapStyle(tiles),
      bounds: extent ? extent.split(',').map(Number) : [-130, -50, 160, 70],
      fitBoundsOptions: { padding: 40, maxZoom: 16 },
      maxZoom: 20,
      cooperativeGestures: true,
      dragRotate: false,
      pitchWithRotate: false,
      attributionControl: { compact: false },
    });
  } catch (error) {
    // No WebGL: the words in the page say where the same is found.
    container.remove();
    place.classList.remove('map-loading');
    throw error;
  }
  map.touchZoomRotate.disableRotation();
  map.addControl(new library.NavigationControl({ showCompass: false }));
  map.addControl(new library.ScaleControl({ unit: 'metric', maxWidth: 140 }));
  const patterns = () => {
    for (const { mark: kind, colour } of GROUPS) {
      if ((kind === 'hatch' || kind === 'dots') && !map.hasImage(kind)) map.addImage(kind, pattern(kind, colour));
    }
  };
  map.on('styleimagemissing', patterns);

  const layers = GROUPS.flatMap((group) => group.layers(group.colour)).map((/** @type {any} */ layer) => layer.id);
  const popup = new library.Popup({ closeButton: true, maxWidth: '20rem', focusAfterOpen: true });
  /** @param {{ x: number, y: number }} point */
  const tell = (point) => {
    // A finger is wider than a mark.
    const near = [[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]];
    const found = map.queryRenderedFeatures(near, { layers });
    if (found.length === 0) return;
    // What was drawn last lies on top, and is told first as it comes.
    popup.setLngLat(map.unproject([point.x, point.y])).setDOMContent(popupContent(found, days)).addTo(map);
  };
  map.on('click', (/** @type {any} */ event) => tell(event.point));
  const canvas = map.getCanvas();
  canvas.setAttribute(
    'aria-label',
    'Map. Arrow keys move it, plus and minus zoom, Enter tells what is under the cross.',
  );
  canvas.addEventListener('keydown', (/** @type {KeyboardEvent} */ event) => {
    if (event.key === 'Enter') tell({ x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 });
  });
  map.on('load', () => {
    patterns();
    place.classList.remove('map-loading');
    place.classList.add('map-ready');
  });
  // All tiles of the view are there: what a test, or a person who prints, waits for.
  map.on('idle', () => place.classList.add('map-idle'));

  const legendPlace = document.getElementById('legend');
  if (legendPlace) {
    legend(legendPlace, (group, shown) => {
      for (const layer of /** @type {any[]} */ (group.layers(group.colour))) {
        map.setLayoutProperty(layer.id, 'visibility', shown ? 'visible' : 'none');
      }
    });
  }
  const form = document.getElementById('go-to');
  if (form instanceof HTMLFormElement) goTo(form, library, map);
}

const place = document.getElementById('map');
if (place) {
  show(place).catch((error) => console.warn('The map is not shown:', error));
}
