'use strict';

const KEPT = 300;

const charts = {};
const states = [];
let seen = states;
let shown = null;
let frozen = false;
let barsOf = '';

function begin() {
  for (const id of ['waterfall', 'quantiles', 'rates']) {
    charts[id]?.dispose();
    charts[id] = echarts.init(at(id), dark.matches ? 'dark' : null, { renderer: 'canvas' });
  }
  draw();
}

function seconds(nanos) {
  const value = nanos / 1e9;
  return (value < 9.95 ? value.toFixed(1) : Math.round(value)) + ' s';
}

/* What belongs beside every figure; empty if nothing does. */
function notes(state) {
  return (state.notes ?? []).map(note => note + '.').join(' ');
}

/* Events of a second, from how many there were in all at two moments. */
function perSecond(word) {
  return seen.map((state, i) => {
    const before = seen[i - 1];
    const same = before && before.workload === state.workload && before.backend === state.backend;
    const grown = same && state[word] >= before[word] && state.atMillis > before.atMillis;
    return [state.atMillis, grown ? (state[word] - before[word]) * 1000 / (state.atMillis - before.atMillis) : null];
  });
}

function rows(state) {
  return [['slowest event', state.slowest], ['events about the p99', state.band], ['mean of all', state.mean]]
    .filter(row => row[1]);
}

function waterfall(state) {
  const bars = rows(state);
  const narrow = innerWidth < 600;
  const text = bars.map(([name, bar]) => name + ': ' + ms(bar.total)).join('; ');
  const longest = Math.max(...bars.map(([, bar]) => bar.total)) / 1e6;
  return {
    ...common('Hops of each total, one after the other. ' + text),
    grid: { left: 8, right: 24, top: 8, bottom: narrow ? 110 : 70, containLabel: true },
    legend: { bottom: 0, type: narrow ? 'scroll' : 'plain', formatter: hop => state.hops.indexOf(hop) + 1 + ' ' + hop },
    tooltip: { trigger: 'item', formatter: p => p.seriesName + ', ' + p.name + ': ' + ms(p.value * 1e6) },
    xAxis: { type: 'value', name: 'ms', nameLocation: 'middle', nameGap: 24 },
    yAxis: { type: 'category', data: bars.map(row => row[0]) },
    series: state.hops.map((hop, i) => hopBars(hop, i, bars.map(row => ({ value: row[1].hops[i] / 1e6 })), longest)),
  };
}

function lines(names, unit, text, log) {
  return {
    ...common(text),
    color: ['#0072b2', '#c28500', '#767676'],
    grid: { left: 8, right: 24, top: 30, bottom: 8, containLabel: true },
    legend: { top: 0 },
    tooltip: { trigger: 'axis', valueFormatter: value => (value === null ? 'n too small' : value.toPrecision(3) + ' ' + unit) },
    xAxis: { type: 'time' },
    yAxis: { type: log ? 'log' : 'value', name: unit, min: log ? undefined : 0 },
    series: names.map(([name, data, style]) => ({ name, type: 'line', showSymbol: false, data, lineStyle: { width: 2, type: style } })),
  };
}

function of(word) {
  return seen.map(state => [state.atMillis, state[word] === undefined || state[word] <= 0 ? null : state[word] / 1e6]);
}

/* The first of each row is its heading. */
function fill(table, head, rows) {
  table.tHead.replaceChildren(make('tr', null, head.map(text => make('th', { scope: 'col' }, text))));
  table.tBodies[0].replaceChildren(...rows.map(([heading, ...cells]) =>
    make('tr', null, make('th', { scope: 'row' }, heading), cells.map(cell => make('td', null, cell)))));
}

function table(state) {
  const bars = rows(state).reverse();
  fill(at('hops'), ['hop', ...bars.map(([name, bar]) => name + ', n ' + number(bar.events))], [
    ...state.hops.map((hop, i) => [[place(i), hop], ...bars.map(row => (row[1].hops[i] / 1e6).toFixed(3))]),
    ['total', ...bars.map(row => (row[1].total / 1e6).toFixed(3))],
  ]);
}

/* A chart of lines, and its table while that is open: the latest comes first. */
function overTime(id, names, unit, text, log) {
  charts[id].setOption(lines(names, unit, text, log), true);
  const table = at(id + '-table');
  if (table.closest('details').open) {
    const cells = i => names.map(([, data]) => (data[i][1] === null ? '–' : digits(data[i][1])));
    fill(table, ['time', ...names.map(([name]) => name)],
      seen.map((state, i) => [new Date(state.atMillis).toLocaleTimeString('en-GB'), ...cells(i)]).reverse());
  }
}

/* The bars of a load of which something has arrived; until then, none of another load's. */
function bars(now) {
  const load = [now.workload, now.backend, now.rate].join(' ');
  if (now.mean) {
    charts.waterfall.setOption(waterfall(now), true);
    table(now);
    at('held').textContent = seconds(now.held);
  } else if (load !== barsOf) {
    charts.waterfall.clear();
    at('waterfall').setAttribute('aria-label', 'Nothing yet');
    at('held').textContent = 'minute';
    at('hops').tHead.replaceChildren();
    at('hops').tBodies[0].replaceChildren();
  }
  barsOf = load;
}

function state(text, kind) {
  if (at('state').textContent !== text) {
    at('state').textContent = text;
    at('state').className = kind;
  }
}

function verdict(now) {
  const ended = now.ended ?? {};
  const wrong = (ended.duplicate ?? 0) + (ended.extra ?? 0) + (ended.negative ?? 0) + (ended.refused ?? 0) + (ended.unanswered ?? 0);
  at('lost').textContent = ended.trials ? number((ended.lost ?? 0) + (ended.missing ?? 0)) : '–';
  at('wrong').textContent = ended.trials ? number(wrong) : '–';
  at('lost').className = (ended.lost ?? 0) + (ended.missing ?? 0) > 0 ? 'bad' : '';
  at('wrong').className = wrong > 0 ? 'bad' : '';
  const why = ended.why ?? [];
  at('verdict').textContent = !ended.trials ? 'None yet.'
    : number(ended.valid ?? 0) + ' of ' + number(ended.trials) + ' valid; ' + number(ended.sent ?? 0) + ' sent, '
      + number(ended.delivered ?? 0) + ' delivered, ' + number(ended.lost ?? 0) + ' lost, ' + number(ended.duplicate ?? 0)
      + ' duplicate, ' + number(ended.late ?? 0) + ' late, ' + number(ended.refused ?? 0) + ' refused.'
      + (why.length > 0 ? ' The last one is not valid: ' + why.join('; ') : '');
  if (now.over) {
    state(now.over, '');
  } else if (why.length > 0) {
    state('NOT VALID: ' + why.join('; '), 'bad');
  } else if (now.running) {
    state('running', 'good');
  } else {
    state(now.offers && !now.chosen ? 'no load: choose one' : 'between trials', '');
  }
}

function draw() {
  const now = shown;
  if (now === null) {
    return;
  }
  at('progress').textContent = now.progress ?? '';
  at('what').textContent = now.workload ? now.workload + ' on ' + now.backend + ', arm ' + now.arm : '';
  at('notes').textContent = notes(now);
  verdict(now);
  if (!now.workload) {
    return;
  }
  for (const word of ['p50', 'p99', 'most']) {
    at(word).textContent = ms(now[word]);
  }
  document.querySelectorAll('.lately').forEach(each => { each.textContent = now.lately ? ', last ' + seconds(now.lately) : ''; });
  at('slip').textContent = ms(now.slipP99);
  const sent = perSecond('placed');
  const arrived = perSecond('arrived');
  at('sent').textContent = number(sent.at(-1)[1] ?? undefined);
  at('arrived').textContent = number(arrived.at(-1)[1] ?? undefined);
  bars(now);
  overTime('quantiles',
    [['p50', of('p50')], ['p99', of('p99'), 'dashed'], ['largest', of('most'), 'dotted']],
    'ms', 'Total over time: p50 ' + ms(now.p50) + ', p99 ' + ms(now.p99) + ', largest ' + ms(now.most), true);
  const target = seen.map(each => [each.atMillis, each.running ? each.rate : null]);
  overTime('rates',
    [['sent', sent], ['arrived', arrived, 'dashed'], ['asked for', target, 'dotted']],
    'a second', 'Events a second over time: sent ' + at('sent').textContent + ', arrived ' + at('arrived').textContent
      + ', asked for ' + number(target.at(-1)[1]), false);
}

function offer(now) {
  if (!now.offers) {
    return;
  }
  const first = at('load').hidden;
  at('load').hidden = false;
  at('stop').disabled = !now.chosen;
  if (first) {
    at('backend').replaceChildren(...now.offers.map(each => new Option(each.backend + ', arm ' + each.arm, each.backend)));
    const workloads = () => {
      const kept = at('workload').value;
      const chosen = now.offers.find(each => each.backend === at('backend').value);
      at('workload').replaceChildren(...chosen.workloads.map(word => new Option(word, word)));
      if (chosen.workloads.includes(kept)) {
        at('workload').value = kept;
      }
    };
    at('backend').addEventListener('change', workloads);
    workloads();
  }
}

async function ask(method, body) {
  at('refused').textContent = '';
  try {
    const answer = await fetch('load', {
      method,
      headers: body ? { 'Content-Type': 'application/json' } : {},
      body: body ? JSON.stringify(body) : undefined,
    });
    if (!answer.ok) {
      at('refused').textContent = (await answer.json()).detail;
    }
  } catch {
    at('refused').textContent = 'Hopmeter does not answer.';
  }
}

/* What an event source does not tell: why there is none. */
async function refusal() {
  try {
    const answer = await fetch('events');
    if (answer.ok) {
      answer.body.cancel();
      return 'Hopmeter answers again: load this page anew';
    }
    return 'Nothing new is shown: ' + (await answer.json()).detail;
  } catch {
    return 'Hopmeter does not answer';
  }
}

function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function name() {
  return 'hopmeter-' + [shown?.workload, shown?.backend, shown?.arm].filter(Boolean).join('-');
}

/* As many lines as a text takes in that width. */
function folded(pen, text, width) {
  const lines = [''];
  for (const word of text.split(' ')) {
    const longer = lines.at(-1) + (lines.at(-1) === '' ? '' : ' ') + word;
    if (lines.at(-1) !== '' && pen.measureText(longer).width > width) {
      lines.push(word);
    } else {
      lines[lines.length - 1] = longer;
    }
  }
  return lines;
}

async function picture() {
  const pictures = await Promise.all(['waterfall', 'quantiles', 'rates'].map(id => new Promise(done => {
    const image = new Image();
    image.onload = () => done(image);
    image.src = charts[id].getDataURL({ pixelRatio: 2, backgroundColor: background() });
  })));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(...pictures.map(each => each.width));
  const pen = canvas.getContext('2d');
  const title = '600 30px system-ui, sans-serif';
  const plain = '26px system-ui, sans-serif';
  const lines = [
    [title, 'Hopmeter: ' + at('what').textContent],
    [plain, 'p50 ' + ms(shown.p50) + ', p99 ' + ms(shown.p99) + ', n ' + number(shown.n) + ' in ' + seconds(shown.lately)
      + (shown.held ? ', bars of ' + seconds(shown.held) : '') + ', ' + new Date(shown.atMillis).toISOString().slice(0, 19) + 'Z'],
    [plain, notes(shown)],
  ].filter(([, text]) => text !== '').flatMap(([font, text]) => {
    pen.font = font;
    return folded(pen, text, canvas.width - 32).map(line => [font, line]);
  });
  const head = 22 + 44 * lines.length;
  canvas.height = pictures.reduce((sum, each) => sum + each.height, head);
  pen.fillStyle = background();
  pen.fillRect(0, 0, canvas.width, canvas.height);
  pen.fillStyle = dark.matches ? '#e8eaed' : '#1c2126';
  lines.forEach(([font, line], i) => {
    pen.font = font;
    pen.fillText(line, 16, 40 + 44 * i);
  });
  let y = head;
  for (const each of pictures) {
    pen.drawImage(each, 0, y);
    y += each.height;
  }
  canvas.toBlob(blob => save(blob, name() + '.png'));
}

at('freeze').addEventListener('click', () => {
  frozen = !frozen;
  seen = frozen ? states.slice() : states;
  at('freeze').setAttribute('aria-pressed', String(frozen));
  at('freeze').textContent = frozen ? 'Go on' : 'Freeze';
});
at('picture').addEventListener('click', () => shown?.workload && picture());
at('data').addEventListener('click', () => save(
  new Blob([JSON.stringify({ lengths: 'nanoseconds', notes: [...new Set(seen.flatMap(each => each.notes ?? []))], states: seen }, null, 1)],
    { type: 'application/json' }), name() + '.json'));
at('load').addEventListener('submit', event => {
  event.preventDefault();
  ask('PUT', { backend: at('backend').value, workload: at('workload').value, rate: at('rate').valueAsNumber });
});
at('stop').addEventListener('click', () => ask('DELETE'));
document.querySelectorAll('details').forEach(each => each.addEventListener('toggle', draw));
addEventListener('resize', () => Object.values(charts).forEach(chart => chart.resize()));
dark.addEventListener('change', begin);

const source = new EventSource('events');
source.onmessage = event => {
  const now = JSON.parse(event.data);
  if (now.over) {
    source.close();
  }
  if (now.atMillis === undefined) {
    return;
  }
  const before = states.at(-1);
  if (before && (before.workload !== now.workload || before.backend !== now.backend)) {
    states.length = 0;
  }
  states.push(now);
  states.splice(0, states.length - KEPT);
  offer(now);
  if (!frozen) {
    shown = now;
    draw();
  }
};
source.onerror = async () => {
  state('Hopmeter does not answer', 'bad');
  if (source.readyState === EventSource.CLOSED) {
    state(await refusal(), 'bad');
  }
};
begin();
