'use strict';

/* What the page shows is in this, and nowhere else. Texts of it are only ever set as text. */
const CONTENT = JSON.parse(at('content').textContent);

/* Okabe and Ito's again, two of them darker, and lighter where the page is dark: each has 3 to 1 on its page. */
const ARM_COLOURS = ['#d55e00', '#0072b2', '#009e73', '#cc79a7', '#c28500', '#3a97d0', '#8a6bbe'];
const ARM_COLOURS_IN_THE_DARK = ['#f0803c', '#56b4e9', '#2bbf95', '#dd92bb', '#f0b429', '#a5d8f6', '#ab92d8'];
/* None is dotted, as copies are. */
const ARM_LINES = ['solid', 'dashed', [10, 3, 2, 3], [4, 3], [16, 5], [10, 3, 2, 3, 2, 3], [14, 3, 5, 3]];
const ARM_SYMBOLS = ['circle', 'rect', 'triangle', 'diamond', 'path://M0 0H8L4 8Z', 'path://M3 0H5V3H8V5H5V8H3V5H0V3H3Z', 'path://M0 0H8L0 8H8Z'];

/* As the JSON has them, and as readers do. */
const QUANTILES = [['p50', 'p50'], ['p90', 'p90'], ['p99', 'p99'], ['p999', 'p99.9']];

const drawings = [];

function millis(nanos) {
  return nanos === null || nanos === undefined ? '–' : digits(nanos / 1e6);
}

function range(from, to, by) {
  return from === null || from === undefined ? null : '[' + digits(from / by) + ', ' + digits(to / by) + ']';
}

function percent(share) {
  return share === null || share === undefined ? '–' : (100 * share).toFixed(1) + ' %';
}

/* Whether the page is of one trial alone. */
function single() {
  return CONTENT.kind === 'trial';
}

function narrow() {
  return innerWidth < 640;
}

function quiet() {
  return dark.matches ? '#a4adb6' : '#565f68';
}

function ink() {
  return dark.matches ? '#e8eaed' : '#1c2126';
}

function colour(place) {
  return (dark.matches ? ARM_COLOURS_IN_THE_DARK : ARM_COLOURS)[place % ARM_COLOURS.length];
}

function rule() {
  return dark.matches ? '#3a4148' : '#d5dade';
}

/* Cells: text, or {text, small, kind, nanos}; the first of a row is its heading. */
function cell(content, heading) {
  const it = content !== null && typeof content === 'object' ? content : { text: content };
  const numeric = it.kind === undefined;
  const element = make(heading ? 'th' : 'td', {
    scope: heading ? 'row' : null,
    class: heading ? 'text' : numeric ? 'number' : it.kind,
    'data-value': it.value ?? null,
  });
  if (it.key !== undefined) {
    element.append(it.key);
  }
  const text = it.text === null || it.text === undefined ? '–' : String(it.text);
  element.append(...(heading ? text.split(/(?<=[/.])/).flatMap((part, i) => i === 0 ? [part] : [make('wbr'), part]) : [text]));
  if (it.small) {
    element.append(make('small', null, it.small));
  }
  return element;
}

function table(id, caption, head, rows, foot) {
  const body = (cells, kind) => make('tr', kind ? { class: kind } : null, cells.map((each, i) => cell(each, i === 0)));
  const made = make('table', { id },
    make('caption', null, make('span', null, caption)),
    make('thead', null, make('tr', null, head.map((text, i) => {
      const like = rows[0]?.[i];
      const words = i === 0 || String(like?.kind).startsWith('text');
      return make('th', { scope: 'col', class: words ? 'text' : null }, text);
    }))),
    make('tbody', null, rows.map(row => body(row))),
    foot ? make('tfoot', null, body(foot)) : null);
  return make('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption }, made);
}

function words(text) {
  return { text, kind: 'text' };
}

function section(id, title, how, ...children) {
  const level = id.includes('--') ? 'h3' : 'h2';
  return make('section', { id, 'aria-labelledby': id + '-title' },
    make(level, { id: id + '-title' }, title), how ? make('p', { class: 'how' }, how) : null, ...children);
}

function folded(title, ...children) {
  return make('details', null, make('summary', null, title), ...children);
}

/* A place for a chart; it is drawn when it stands in the page, and again when the colours change. */
function chart(id, height, option) {
  const element = make('div', { id, class: 'chart', role: 'img' });
  drawings.push({ element, height, option });
  return element;
}

function draw(drawing) {
  drawing.element.style.height = (typeof drawing.height === 'function' ? drawing.height() : drawing.height) + 'px';
  drawing.chart?.dispose();
  drawing.chart = echarts.init(drawing.element, null, { renderer: 'svg' });
  drawing.chart.setOption(drawing.option());
}

function axis(more) {
  return {
    axisLabel: { color: quiet(), fontSize: 12, hideOverlap: true, ...more.axisLabel },
    axisLine: { onZero: false, lineStyle: { color: quiet() } },
    splitLine: { lineStyle: { color: rule() } },
    nameTextStyle: { color: quiet(), fontSize: 12 },
    ...Object.fromEntries(Object.entries(more).filter(([name]) => name !== 'axisLabel')),
  };
}

function tip(more) {
  return { backgroundColor: background(), borderColor: rule(), textStyle: { color: ink(), fontSize: 13 }, confine: true, ...more };
}

/* Ends of a logarithmic axis about the values, at 1, 2 or 5. */
function ends(values) {
  const some = values.filter(value => value !== null && value !== undefined && value > 0);
  if (some.length === 0) {
    return { min: 1, max: 10 };
  }
  const step = (value, up) => {
    const ten = Math.pow(10, Math.floor(Math.log10(value) + 1e-9));
    const steps = [0.5, 1, 2, 5, 10, 20].map(each => each * ten);
    return up ? steps.find(each => each >= value * 1.07) : steps.findLast(each => each <= value * 0.93);
  };
  const min = step(Math.min(...some), false);
  const max = step(Math.max(...some), true);
  return { min, max: max > min ? max : min * 10 };
}

function plain(value) {
  return Number(value.toPrecision(3)).toString();
}

/* The look of each arm of a workload: a copy has its original's colour, dotted and hollow. */
function looks(arms) {
  const first = arms.filter(arm => !arm.twinOf);
  return arms.map(arm => {
    const place = Math.max(0, first.findIndex(each => each.arm === (arm.twinOf ?? arm.arm)));
    return {
      colour: colour(place),
      line: arm.twinOf ? 'dotted' : ARM_LINES[place % ARM_LINES.length],
      symbol: (arm.twinOf ? 'empty' : '') + ARM_SYMBOLS[place % ARM_SYMBOLS.length],
    };
  });
}

const SVG = 'http://www.w3.org/2000/svg';

function drawn(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  Object.entries(attributes).forEach(([name, value]) => element.setAttribute(name, value));
  return element;
}

function mark(look) {
  const svg = drawn('svg', { width: 34, height: 14, 'aria-hidden': 'true' });
  const dashes = { solid: '', dashed: '6 4', dotted: '2 3' };
  svg.append(drawn('line', {
    x1: 0, x2: 34, y1: 7, y2: 7, stroke: look.colour, 'stroke-width': 2.5,
    'stroke-dasharray': Array.isArray(look.line) ? look.line.join(' ') : dashes[look.line],
  }));
  const fill = { fill: look.symbol.startsWith('empty') ? background() : look.colour, stroke: look.colour, 'stroke-width': 2 };
  const shape = look.symbol.replace('empty', '');
  svg.append(shape === 'circle' ? drawn('circle', { cx: 17, cy: 7, r: 4, ...fill })
    : shape === 'rect' ? drawn('rect', { x: 13, y: 3, width: 8, height: 8, ...fill })
      : shape.startsWith('path://') ? drawn('path', { d: shape.slice(7), transform: 'translate(13 3)', ...fill })
      : drawn('path', { d: shape === 'triangle' ? 'M17 2 L22 11 L12 11 Z' : 'M17 1.5 L22 7 L17 12.5 L12 7 Z', ...fill }));
  return svg;
}

function armLegend(arms) {
  const look = looks(arms);
  return make('ul', { class: 'legend' }, arms.map((arm, i) => make('li', null, mark(look[i]), arm.arm)));
}

/* A value and its interval on a logarithmic axis, one row each. */
function whiskers(rows, look) {
  return {
    type: 'custom',
    encode: { x: [1, 2, 3], y: 0 },
    data: rows.map(row => [row.place, row.value, row.from ?? row.value, row.to ?? row.value]),
    tooltip: { formatter: p => rows[p.dataIndex].text },
    renderItem: (params, api) => {
      const row = rows[params.dataIndex];
      const shift = row.shift ?? 0;
      const point = (value, y) => { const at = api.coord([value, y]); return [at[0], at[1] + shift]; };
      const [x, y] = point(api.value(1), api.value(0));
      const from = point(api.value(2), api.value(0))[0];
      const to = point(api.value(3), api.value(0))[0];
      const stroke = { stroke: row.colour ?? look.colour, lineWidth: 2, fill: 'none' };
      const children = [
        { type: 'line', shape: { x1: from, y1: y, x2: to, y2: y }, style: stroke },
        { type: 'line', shape: { x1: from, y1: y - 5, x2: from, y2: y + 5 }, style: stroke },
        { type: 'line', shape: { x1: to, y1: y - 5, x2: to, y2: y + 5 }, style: stroke },
        symbol(row.symbol ?? look.symbol, x, y, row.colour ?? look.colour),
      ];
      return { type: 'group', children: row.from === null || row.from === undefined ? children.slice(3) : children };
    },
  };
}

function symbol(name, x, y, colour) {
  const style = { fill: name.startsWith('empty') ? background() : colour, stroke: colour, lineWidth: 2 };
  const shape = name.replace('empty', '');
  if (shape === 'circle') {
    return { type: 'circle', shape: { cx: x, cy: y, r: 5 }, style };
  }
  const points = shape === 'rect' ? [[-5, -5], [5, -5], [5, 5], [-5, 5]]
    : shape === 'triangle' ? [[0, -6], [6, 5], [-6, 5]] : [[0, -7], [7, 0], [0, 7], [-7, 0]];
  return { type: 'polygon', shape: { points: points.map(([dx, dy]) => [x + dx, y + dy]) }, style };
}

/* A chart of such rows; a row has label, place, value, from, to, text, and its own colour and symbol if it likes. */
function forest(labels, rows, name, text, line) {
  const limit = ends(rows.flatMap(row => [row.value, row.from, row.to]).concat(line ?? []));
  return {
    ...common(text),
    grid: { left: 8, right: 24, top: 8, bottom: 44, containLabel: true },
    tooltip: tip({ trigger: 'item' }),
    xAxis: axis({ type: 'log', ...limit, name, nameLocation: 'middle', nameGap: 28, axisLabel: { formatter: plain } }),
    yAxis: axis({
      type: 'category', data: labels, inverse: true, axisTick: { show: false },
      axisLabel: { color: ink(), width: narrow() ? 128 : 320, overflow: 'break', interval: 0, hideOverlap: false, lineHeight: 15 },
      splitLine: { show: true, lineStyle: { color: rule(), type: 'dotted' } },
    }),
    series: [
      whiskers(rows, { colour: colour(1), symbol: 'circle' }),
      line ? {
        type: 'line', data: [], silent: true,
        markLine: { symbol: 'none', label: { show: false }, lineStyle: { color: ink(), type: 'dashed', width: 1.5 }, data: [{ xAxis: line }] },
      } : null,
    ].filter(Boolean),
  };
}

/* ---- What a study says ---- */

function estimate(of) {
  return of === null || of === undefined ? { text: 'n too small' }
    : { text: (of.atLeast ? '≥ ' : '') + millis(of.nanos), small: range(of.fromNanos, of.toNanos, 1e6), value: of.nanos };
}

function ratioCell(of) {
  return of === null || of === undefined ? { text: 'not to be told' }
    : { text: digits(of.value), small: range(of.from, of.to, 1) ?? 'no interval', value: of.value };
}

function differenceCell(of) {
  return of === null || of === undefined ? { text: 'not to be told' }
    : { text: millis(of.nanos), small: range(of.fromNanos, of.toNanos, 1e6) ?? 'no interval', value: of.nanos };
}

function equally(comparison) {
  return comparison.equalDurability === null ? 'not known' : comparison.equalDurability ? 'yes'
    : 'NO' + (comparison.moreDurable === null ? '' : ': ' + comparison.moreDurable + ' more');
}

function theirs(ratio) {
  return ratio < 1 ? '1/' + plain(1 / ratio) : plain(ratio);
}

/* Whether the one side has the lower median for sure, the other one has, or it is open. */
function won(comparison) {
  const faster = comparison.p50?.faster;
  return !faster ? 'open' : faster === comparison.arm ? 'lost' : 'won';
}

function armsOf(study, workload) {
  return study.workloads.find(each => each.workload === workload)?.arms ?? [];
}

function answer(study, claim, comparison) {
  const ratio = comparison.p50?.ratio;
  const kind = won(comparison);
  const times = !ratio ? '–' : digits(kind === 'lost' ? 1 / ratio.value : ratio.value) + '×';
  const [from, to] = !ratio || ratio.from === null ? [null, null] : kind === 'lost' ? [1 / ratio.to, 1 / ratio.from] : [ratio.from, ratio.to];
  const arm = armsOf(study, claim.workload).find(each => each.arm === comparison.arm);
  const against = armsOf(study, claim.workload).find(each => each.arm === comparison.against);
  const text = !ratio ? 'There are no two medians to compare.'
    : kind === 'open' ? comparison.arm + ' and ' + comparison.against + ' are not to be told apart'
      : kind === 'lost' ? 'as fast: ' + comparison.arm + ' wins against ' + comparison.against
        : 'as long: ' + comparison.arm + ' against ' + comparison.against;
  return make('li', { class: kind },
    make('span', null, claim.workload + ' · theirs ' + theirs(claim.ratio) + '×'),
    make('b', null, times),
    make('span', { class: 'who' }, text),
    make('span', null, [
      from === null ? 'no interval' : '95 %: ' + digits(from) + ' to ' + digits(to),
      'medians ' + millis(arm?.p50?.nanos) + ' and ' + millis(against?.p50?.nanos) + ' ms',
      comparison.equalDurability === null ? 'durability not known' : comparison.equalDurability ? 'equally durable'
        : 'NOT equally durable' + (comparison.moreDurable === null ? '' : ': ' + comparison.moreDurable + ' is more so'),
    ].join('; ')));
}

function failures(study) {
  const lines = [];
  for (const workload of study.workloads) {
    for (const arm of workload.arms) {
      const why = [...new Set(arm.trials.flatMap(trial => trial.why))];
      if (arm.failedTrials > 0 || arm.counts.lost > 0) {
        lines.push(workload.workload + ' on ' + arm.arm + ': ' + arm.failedTrials + ' of ' + arm.trials.length + ' trials failed, '
          + number(arm.counts.lost) + ' events lost' + (why.length > 0 ? ' (' + why.join('; ') + ')' : ''));
      }
    }
  }
  return lines;
}

function claims(study) {
  const all = study.claims.flatMap(claim => claim.ours.map(comparison => ({ claim, comparison })));
  const first = all.filter(each => each.comparison.headline);
  const shown = first.length === 0 ? all : first;
  const aa = workload => study.workloads.find(each => each.workload === workload)?.aa;
  const labels = [];
  const rows = [];
  for (const { claim, comparison } of shown) {
    const place = labels.length;
    labels.push(claim.workload + '\n' + comparison.arm + ' by ' + comparison.against);
    const ratio = comparison.p50?.ratio;
    rows.push({ place, value: claim.ratio, shift: -8, colour: quiet(), symbol: 'emptydiamond', text: 'theirs: ' + theirs(claim.ratio) });
    if (ratio) {
      rows.push({ place, value: ratio.value, from: ratio.from, to: ratio.to, shift: 4, text: 'ours: ' + digits(ratio.value) + ' ' + (range(ratio.from, ratio.to, 1) ?? '') });
    }
  }
  study.workloads.forEach(each => {
    const ratio = each.aa?.p50?.ratio;
    if (ratio) {
      rows.push({
        place: labels.length, value: ratio.value, from: ratio.from, to: ratio.to, colour: colour(3), symbol: 'emptycircle',
        text: 'the same arm twice: ' + digits(ratio.value) + ' ' + (range(ratio.from, ratio.to, 1) ?? ''),
      });
      labels.push(each.workload + '\nA/A: ' + each.aa.arm);
    }
  });
  return section('claims', 'The rerun study’s ratios of medians, and ours',
    'Conventional by the other: above 1, the conventional side takes that many times as long; below 1, it wins. Of each workload that'
      + ' comes first, then what is equally durable.'
      + (shown.length < all.length ? ' Shown are usual arms, any two that are equally durable, and what the conventional side wins at any quantile; the table has all.' : '')
      + ' The A/A rows are one arm against itself: what chance alone makes of it.',
    make('ul', { class: 'answers' }, shown.map(({ claim, comparison }) => answer(study, claim, comparison))),
    make('ul', { class: 'legend' },
      make('li', null, mark({ colour: colour(1), line: 'solid', symbol: 'circle' }), 'ours, with its 95 % interval'),
      make('li', null, mark({ colour: colour(3), line: 'solid', symbol: 'emptycircle' }), 'A/A, the same arm twice'),
      make('li', null, mark({ colour: quiet(), line: 'solid', symbol: 'emptydiamond' }), 'theirs (no interval is published)')),
    chart('claims-chart', () => 60 + labels.length * (narrow() ? 58 : 44), () => forest(labels, rows, 'ratio of medians (logarithmic)',
      'Ratios of medians with intervals; the table below has the same' + (shown.length < all.length ? ', and more.' : '.'), 1)),
    table('claims-table', 'Ratios of medians: theirs and ours; times in ms, 95 % intervals in brackets',
      ['workload', 'theirs', 'ours', 'difference (ms)', 'conventional', 'p50 (ms)', 'other', 'p50 (ms)', 'lower median', 'equally durable', 'A/A ratio'],
      all.map(({ claim, comparison }) => {
        const arms = armsOf(study, claim.workload);
        const of = label => estimate(arms.find(arm => arm.arm === label)?.p50);
        return [claim.workload, theirs(claim.ratio), ratioCell(comparison.p50?.ratio), differenceCell(comparison.p50?.difference),
          words(comparison.arm), of(comparison.arm), words(comparison.against), of(comparison.against),
          words(comparison.p50?.faster ?? 'not to be told apart'), words(equally(comparison)), ratioCell(aa(claim.workload)?.p50?.ratio)];
      })),
    all.some(({ comparison }) => comparison.equalDurability) ? null
      : make('p', { id: 'unequal' }, 'No two arms here are equally durable: nothing in this table is compared head-on.'),
    make('p', { class: 'how' }, 'Theirs: A. Haugom, “Kafka-Centered Stacks vs. a Single Harper Cluster”, Harper, June 2026; medians of'
      + ' their machine, without absolute times. Equally durable: as many flushed copies when a sender and when a subscriber is told;'
      + ' arms that are not are shown, and no equals; which has more, where one has more at one moment and no fewer at the other.'));
}

function overFloor() {
  return 'over floor' + (single() ? '' : ' (first trial)');
}

function armTable(key, arms) {
  return table(key + '-arms', 'Total from intended send to delivery, in ms' + (single() ? '; one trial has no intervals'
    : '; 95 % intervals over trials in brackets'
      + (arms.some(arm => arm.floor) ? '; over floor: the first trial’s own p50 by its own floor, which no other trial measures' : '')),
    ['arm', 'valid trials', 'failed', 'events', 'p50', 'p90', 'p99', 'p99.9', 'lost', 'duplicate', overFloor(), 'processor s for 1 000', 'memory (MB)'],
    arms.map(arm => [arm.arm, arm.validTrials,
      arm.failedTrials > 0 ? { text: arm.failedTrials, kind: 'number failed' } : arm.failedTrials, number(arm.events),
      estimate(arm.p50), estimate(arm.p90), estimate(arm.p99), estimate(arm.p999),
      arm.counts.lost > 0 ? { text: number(arm.counts.lost), kind: 'number failed' } : number(arm.counts.lost), number(arm.counts.duplicate),
      arm.floor?.totalP50OverFloor ? digits(arm.floor.totalP50OverFloor) : '–',
      arm.cost ? digits(arm.cost.processorSecondsPer1000Events) : '–',
      arm.cost ? number(arm.cost.residentBytes / 1e6) : '–']));
}

function comparisons(key, workload) {
  const all = workload.comparisons.filter(each => isAgain(each)).concat(workload.comparisons.filter(each => !isAgain(each)));
  if (all.length === 0) {
    return null;
  }
  const lower = ['p50', 'p99', 'p999'].filter(word => word !== 'p999' || all.some(each => each[word]));
  const named = word => QUANTILES.find(each => each[0] === word)[1];
  return section(key + '--against', 'Each arm against each other, and chance beside it',
    'The first rows are one arm against itself: a real difference is one that is far outside of what they show. The interval of a'
      + ' ratio is made on the scale of logarithms, that of a difference on that of milliseconds: where trials scatter widely, the one can'
      + ' exclude 1 while the other holds 0. Which arm is lower is judged by the ratio.',
    table(key + '-comparisons', 'The one by the other; 95 % intervals in brackets',
      ['arms', ...QUANTILES.map(([, name]) => name + ' ratio'), ...lower.map(word => 'lower ' + named(word)), 'equally durable'],
      all.map(each => [pair(each), ...QUANTILES.map(([word]) => ratioCell(each[word]?.ratio)),
        ...lower.map(word => words(each[word]?.faster ?? 'not to be told apart')), words(equally(each))])),
    folded('Their differences',
      table(key + '-differences', 'The one minus the other, in ms; 95 % intervals in brackets',
        ['arms', ...QUANTILES.map(([, name]) => name + ' difference')],
        all.map(each => [pair(each), ...QUANTILES.map(([word]) => differenceCell(each[word]?.difference))]))));
}

function pair(comparison) {
  return (isAgain(comparison) ? 'A/A: ' : '') + comparison.arm + ' by ' + comparison.against;
}

function isAgain(comparison) {
  return comparison.against === comparison.arm + ' (A/A)' || comparison.arm === comparison.against + ' (A/A)';
}

/* ---- Charts ---- */

function hopsOf(arms) {
  const order = [];
  arms.forEach(arm => {
    let after = -1;
    arm.hops.forEach(hop => {
      const place = order.indexOf(hop.hop);
      if (place < 0) {
        order.splice(after + 1, 0, hop.hop);
        after += 1;
      } else {
        after = Math.max(after, place);
      }
    });
  });
  return order;
}

function waterfall(key, all) {
  const arms = all.filter(arm => arm.hops.length > 0);
  if (arms.length === 0) {
    return null;
  }
  const hops = hopsOf(arms);
  const slips = new Set(arms.flatMap(arm => arm.hops).filter(hop => hop.slip).map(hop => hop.hop));
  let shares = arms.length > 1 && Math.max(...arms.map(arm => arm.meanNanos)) > 6 * Math.min(...arms.map(arm => arm.meanNanos));
  const of = (arm, hop) => arm.hops.find(each => each.hop === hop);
  const sides = [
    { title: 'all events', hop: 'meanNanos', whole: 'meanNanos' },
    { title: single() ? 'events about the p99' : 'events about each trial’s p99', hop: 'bandMeanNanos', whole: 'bandMeanNanos' },
  ];
  const longest = sides.map(side => Math.max(...arms.map(arm => arm[side.whole] ?? 0)));
  const height = () => (narrow() ? 2 : 1) * (64 + arms.length * 46);
  const option = () => {
    const each = 64 + arms.length * 46;
    const names = narrow() ? 112 : 190;
    const left = i => narrow() || i === 0 ? names : '58%';
    const grids = sides.map((side, i) => narrow()
      ? { left: names, right: 66, top: 26 + i * each, height: each - 72 }
      : { left: left(i), right: i === 0 ? '51%' : 70, top: 26, bottom: 42 });
    return {
      ...common(sides.map(side => 'Means of the hops of ' + side.title + ', one after the other: '
        + arms.map(arm => arm.arm + ' ' + ms(arm[side.whole])).join('; ')).join('. ')),
      title: sides.map((side, i) => ({
        text: side.title, textStyle: { fontSize: 13, fontWeight: 600, color: ink() },
        left: left(i), top: 3 + (narrow() ? i * each : 0), padding: 0,
      })),
      grid: grids,
      tooltip: tip({ trigger: 'item', formatter: p => p.data.text }),
      xAxis: sides.map((side, i) => axis({
        type: 'value', gridIndex: i, min: 0, max: shares ? 100 : undefined, name: shares ? '% of the mean' : 'ms', nameLocation: 'middle', nameGap: 24,
        splitNumber: narrow() ? 3 : 5,
      })),
      yAxis: sides.map((side, i) => axis({
        type: 'category', gridIndex: i, inverse: true, data: arms.map(arm => arm.arm), axisTick: { show: false },
        axisLabel: { show: narrow() || i === 0, color: ink(), width: names - 10, overflow: 'break', interval: 0, lineHeight: 14, formatter: name => narrow() ? name.replace('/', '/\n') : name },
      })),
      series: sides.flatMap((side, i) => hops.map((hop, j) => {
        const bars = hopBars(hop, j, arms.map(arm => {
          const its = of(arm, hop)?.[side.hop];
          const share = its ? its / arm[side.whole] : 0;
          return {
            value: its === null || its === undefined ? 0 : shares ? 100 * share : its / 1e6,
            text: hop + ' on ' + arm.arm + ': ' + ms(its) + ', ' + percent(share),
          };
        }), shares ? 100 : longest[i] / 1e6);
        return { ...bars, stack: side.title, xAxisIndex: i, yAxisIndex: i };
      }).concat({
        type: 'bar', stack: side.title, xAxisIndex: i, yAxisIndex: i, silent: true, color: 'transparent', name: 'total',
        data: arms.map(() => 0),
        label: { show: true, position: 'right', color: ink(), fontSize: 12, fontWeight: 600, formatter: p => ms(arms[p.dataIndex][side.whole]) },
      })),
    };
  };
  const drawing = chart(key + '-waterfall', height, option);
  const buttons = [['Lengths', false], ['Shares of each', true]].map(([text, value]) => {
    const button = make('button', { type: 'button', 'aria-pressed': String(shares === value) }, text);
    button.addEventListener('click', () => {
      shares = value;
      buttons.forEach((each, i) => each.setAttribute('aria-pressed', String((i === 1) === value)));
      draw(drawings.find(each => each.element === drawing));
    });
    return button;
  });
  return section(key + '--waterfall', 'Where the time goes',
    'Means of the hops, which add up to the mean of the total: of all events, and of those whose total lies between p98.5 and p99.5'
      + (single() ? ', which own the tail.'
        : ' of their own trial, pooled over the trials. The latter need not lie about the p99 of all trials together, which the tables and the curve have.')
      + ' Quantiles do not add up and are never stacked.',
    arms.length > 1 ? make('div', { class: 'toggles', role: 'group', 'aria-label': 'What the bars show' }, buttons) : null,
    drawing,
    make('ul', { class: 'legend' }, hops.map((hop, i) => make('li', null, place(i), hop + (slips.has(hop) ? ' (slip: the load generator’s own lateness)' : '')))),
    folded('The same as a table',
      table(key + '-hops', 'Means of the hops in ms, and their shares; p99: of the events about ' + (single() ? 'it' : 'that of their own trial'),
        ['hop', ...arms.flatMap(arm => [arm.arm, arm.arm + ', p99'])],
        hops.map(hop => [hop, ...arms.flatMap(arm => {
          const its = of(arm, hop);
          return its ? [hopCell(its.meanNanos, its.shareOfMean), hopCell(its.bandMeanNanos, its.shareInP99Band)] : ['', ''];
        })]),
        ['total', ...arms.flatMap(arm => [hopCell(arm.meanNanos, null), hopCell(arm.bandMeanNanos, null)])])));
}

function hopCell(nanos, share) {
  return nanos === null || nanos === undefined ? 'n too small' : { text: (nanos / 1e6).toFixed(3), small: share === null ? null : percent(share), value: nanos };
}

const PERCENTILES = [[1, '0 %'], [2, '50 %'], [10, '90 %'], [100, '99 %'], [1e3, '99.9 %'], [1e4, '99.99 %'], [1e5, '99.999 %']];

function curves(key, all) {
  const arms = all.filter(arm => arm.curve.length > 0);
  if (arms.length === 0) {
    return null;
  }
  const points = arm => arm.curve.filter(each => each.quantile < 1).map(each => ({ ...each, x: 1 / (1 - each.quantile) }));
  const option = () => {
    const look = looks(all);
    const every = arms.flatMap(points);
    const limit = ends(every.flatMap(each => [each.leastNanos / 1e6, each.mostNanos / 1e6]));
    const last = Math.max(...every.map(each => each.x));
    const shown = arms.map(arm => look[all.indexOf(arm)]);
    return {
      ...common('Latency by percentile, of all trials together, with a band from the least to the most trial. '
        + arms.map(arm => arm.arm + ': p50 ' + ms(arm.p50?.nanos) + ', p99 ' + ms(arm.p99?.nanos)).join('; ')),
      grid: { left: 8, right: 24, top: 28, bottom: 44, containLabel: true },
      tooltip: tip({
        trigger: 'axis',
        formatter: found => [percent(1 - 1 / found[0].axisValue), ...found.filter(p => p.seriesType === 'line').map(p => p.seriesName + ': ' + digits(p.value[1]) + ' ms')].join('\n'),
        extraCssText: 'white-space: pre-line',
      }),
      xAxis: axis({
        type: 'log', min: 1, max: last * 1.05, name: 'percentile, on a scale of 1/(1 − q)', nameLocation: 'middle', nameGap: 28,
        axisLabel: { formatter: value => PERCENTILES.find(each => each[0] === Math.round(value))?.[1] ?? '' },
        axisPointer: { label: { show: false } },
      }),
      yAxis: axis({ type: 'log', ...limit, name: 'ms', axisLabel: { formatter: plain } }),
      series: arms.flatMap((arm, i) => {
        const its = points(arm);
        return [
          {
            type: 'custom', silent: true, tooltip: { show: false }, data: its.length > 1 && arm.validTrials > 1 ? [[its[0].x, its[0].nanos / 1e6]] : [], clip: true,
            renderItem: (params, api) => ({
              type: 'polygon', silent: true,
              shape: { points: its.map(each => api.coord([each.x, each.mostNanos / 1e6])).concat(its.toReversed().map(each => api.coord([each.x, each.leastNanos / 1e6]))) },
              style: { fill: shown[i].colour, opacity: 0.16 },
            }),
          },
          {
            name: arm.arm, type: 'line', color: shown[i].colour, symbol: shown[i].symbol, symbolSize: 7, lineStyle: { width: 2, type: shown[i].line },
            showSymbol: true, data: its.map(each => [each.x, each.nanos / 1e6]),
          },
        ];
      }),
    };
  };
  const quantiles = [...new Set(arms.flatMap(arm => arm.curve.map(each => each.quantile)))].sort((one, two) => one - two);
  return section(key + '--curve', 'Latency by percentile',
    (single() ? '' : 'All valid trials of an arm together, with a band from the least to the most of the single trials. ')
      + 'Drawn as far as ' + (single() ? 'the trial has' : 'each trial has') + ' events enough: beyond p50 10, beyond p90 1 000, beyond p99 100 000.',
    armLegend(all.filter(arm => arm.curve.length > 0)),
    chart(key + '-curve', () => narrow() ? 320 : 400, option),
    folded('The same as a table',
      table(key + '-quantiles', 'Latency by quantile in ms; in brackets the least and the most of the single trials',
        ['quantile', ...arms.map(arm => arm.arm)],
        quantiles.map(quantile => [quantile === 1 ? 'largest' : plain100(quantile), ...arms.map(arm => {
          const its = arm.curve.find(each => each.quantile === quantile);
          return its ? { text: millis(its.nanos), small: range(its.leastNanos, its.mostNanos, 1e6), value: its.nanos } : 'n too small';
        })]))));
}

function plain100(quantile) {
  return 'p' + Number((100 * quantile).toFixed(4));
}

function overTime(key, all) {
  const arms = all.filter(arm => arm.overTime.length > 0);
  if (arms.length === 0) {
    return null;
  }
  const first = Math.min(0, ...arms.flatMap(arm => arm.warmUp.map(each => each.second)));
  const last = Math.max(...arms.flatMap(arm => arm.overTime.map(each => each.second))) + 1;
  const option = () => {
    const look = looks(all);
    const limit = ends(arms.flatMap(arm => arm.overTime.flatMap(each => [each.p50Nanos / 1e6, each.p90Nanos / 1e6])
      .concat(arm.warmUp.map(each => each.p50Nanos / 1e6))));
    const area = (name, from, to, opacity) => [{ name, xAxis: from, itemStyle: { color: quiet(), opacity } }, { xAxis: to }];
    return {
      ...common('p50 and p90 of the total by second of intended send, after the warm-up. '
        + arms.map(arm => arm.arm + ': p50 from ' + ms(arm.overTime[0].p50Nanos) + ' to ' + ms(arm.overTime.at(-1).p50Nanos)).join('; ')),
      grid: { left: 8, right: 24, top: 28, bottom: 44, containLabel: true },
      tooltip: tip({
        trigger: 'axis', extraCssText: 'white-space: pre-line',
        formatter: found => [digits(found[0].axisValue) + ' s', ...found.map(p => p.seriesName + ': ' + digits(p.value[1]) + ' ms')].join('\n'),
      }),
      xAxis: axis({ type: 'value', min: Math.floor(first), max: Math.ceil(last), name: 'seconds after the first measured event was due', nameLocation: 'middle', nameGap: 28, axisPointer: { label: { show: false } } }),
      yAxis: axis({ type: 'log', ...limit, name: 'ms', axisLabel: { formatter: plain } }),
      series: arms.flatMap((arm, i) => {
        const its = look[all.indexOf(arm)];
        const line = (name, data, type, width, symbolSize) => ({
          name: arm.arm + ', ' + name, type: 'line', color: its.colour, symbol: its.symbol, symbolSize, showSymbol: true, lineStyle: { width, type }, data,
        });
        const p50 = line('p50', arm.overTime.map(each => [each.second + 0.5, each.p50Nanos / 1e6]), 'solid', 2, 6);
        if (i === 0) {
          p50.markArea = {
            silent: true, label: { position: 'insideTop', color: quiet(), fontSize: 12 },
            data: (first < 0 ? [area('warm-up', first, 0, 0.14)] : []).concat([area('measurement', 0, last, 0)]),
          };
          p50.markLine = { silent: true, symbol: 'none', label: { show: false }, lineStyle: { color: ink(), type: 'solid', width: 1 }, data: [{ xAxis: 0 }] };
        }
        return [
          line('warm-up p50', arm.warmUp.map(each => [each.second, each.p50Nanos / 1e6]), 'solid', 1, 4),
          p50,
          line('p90', arm.overTime.map(each => [each.second + 0.5, each.p90Nanos / 1e6]), 'dashed', 1.5, 4),
        ];
      }),
    };
  };
  return section(key + '--time', 'Latency over time',
    'By the second of intended send: p50 (solid) and p90 (dashed, smaller marks)' + (single() ? '' : ' of all valid trials together')
      + '. Shaded: the warm-up, as the p50 of its slices' + (single() ? '' : ' in one trial') + '; it is in no figure.',
    armLegend(arms),
    chart(key + '-time', () => narrow() ? 320 : 360, option),
    folded('The same as a table',
      arms.map(arm => table(null, arm.arm + ': by second, in ms',
        ['second', 'n', 'p50', 'p90', 'largest'],
        arm.warmUp.map(each => [digits(each.second) + ' (warm-up)', '', millis(each.p50Nanos), '', '']).concat(
          arm.overTime.map(each => [each.second, number(each.n), millis(each.p50Nanos), millis(each.p90Nanos), millis(each.mostNanos)]))))));
}

function staleness(key, all) {
  const arms = all.filter(arm => arm.staleness);
  if (arms.length === 0) {
    return null;
  }
  const option = () => {
    const look = looks(all);
    const most = Math.max(...arms.flatMap(arm => arm.staleness.map(each => each.answers)));
    const every = arms.flatMap(arm => arm.staleness);
    return {
      ...common('Mean age of the newest event in an answer, by the latency of the answer. '
        + arms.map(arm => arm.arm + ': ' + number(sum(arm.staleness, 'missing')) + ' of ' + number(sum(arm.staleness, 'answers')) + ' answers lack an acknowledged event').join('; ')),
      grid: { left: 8, right: 24, top: 28, bottom: 44, containLabel: true },
      tooltip: tip({ trigger: 'item', formatter: p => p.seriesName + ': ' + number(p.data.answers) + ' answers after ' + digits(p.value[0]) + ' ms, newest event ' + digits(p.value[1]) + ' ms old' }),
      xAxis: axis({ type: 'log', ...ends(every.map(each => each.meanLatencyNanos / 1e6)), name: 'latency of the answer (ms)', nameLocation: 'middle', nameGap: 28, axisLabel: { formatter: plain } }),
      yAxis: axis({ type: 'log', ...ends(every.map(each => each.meanAgeNanos / 1e6)), name: narrow() ? 'age (ms)' : 'age of the newest event in it (ms)', nameTextStyle: { align: 'left', color: quiet() }, axisLabel: { formatter: plain } }),
      series: arms.map(arm => {
        const its = look[all.indexOf(arm)];
        return {
          name: arm.arm, type: 'line', color: its.colour, symbol: its.symbol, lineStyle: { width: 1, type: its.line },
          symbolSize: (value, p) => 5 + 19 * Math.sqrt(p.data.answers / most),
          data: arm.staleness.filter(each => each.meanAgeNanos > 0).map(each => ({ value: [each.meanLatencyNanos / 1e6, each.meanAgeNanos / 1e6], answers: each.answers })),
        };
      }),
    };
  };
  return section(key + '--staleness', 'Staleness against latency',
    'Answers of like latency together (ten groups to a decade): the mean age of the newest event that they include, when they arrive.'
      + ' The larger the mark, the more answers. An answer is behind where it lacks an event that was acknowledged before it was asked for.',
    armLegend(arms),
    chart(key + '-staleness', () => narrow() ? 320 : 360, option),
    folded('The same as a table',
      table(key + '-stale', 'By latency, in ms',
        ['arm', 'latency from', 'answers', 'mean latency', 'mean age of the newest event', 'mean behind', 'answers behind'],
        arms.flatMap(arm => arm.staleness.map(each => [arm.arm, millis(each.fromNanos), number(each.answers), millis(each.meanLatencyNanos),
          { text: millis(each.meanAgeNanos), value: each.meanAgeNanos }, millis(each.meanBehindNanos), number(each.missing)])))));
}

function sum(rows, word) {
  return rows.reduce((all, each) => all + each[word], 0);
}

/* ---- Tables beside ---- */

const COUNTS = ['sent', 'delivered', 'lost', 'missing', 'extra', 'duplicate', 'late', 'reordered', 'negative', 'refused', 'unanswered'];
const FAULTS = ['lost', 'missing', 'extra', 'refused', 'unanswered'];

function counted(key, arms) {
  return section(key + '--counts', 'Loss and duplicates',
    (single() ? '' : 'Of all trials, failed ones too. ') + 'Missing and extra are deliveries at other subscribers than the measured ones. Reordered is no fault.',
    table(key + '-counts', 'Counts', ['arm', ...COUNTS], arms.map(arm => [arm.arm, ...COUNTS.map(word =>
      FAULTS.includes(word) && arm.counts[word] > 0 ? { text: number(arm.counts[word]), kind: 'number failed' } : number(arm.counts[word]))])));
}

function held(of) {
  return of ? of.copies + (of.copies === 1 ? ' copy, ' : ' copies, ') + of.flushed + ' flushed' : 'not known';
}

function durability(key, arms) {
  return section(key + '--durability', 'What an acknowledgement and a notification promise', null,
    table(key + '-durability', 'Durability', ['arm', 'a sender is told at', 'a subscriber is told at', 'order', 'record', 'notification'],
      arms.filter(arm => arm.durability).map(arm => [arm.arm, words(held(arm.durability.acknowledged)), words(held(arm.durability.told)),
        ...['order', 'record', 'notification'].map(word => ({ text: arm.durability[word], kind: 'text long' }))])));
}

function floors(key, arms) {
  const some = arms.filter(arm => arm.floor);
  if (some.length === 0) {
    return null;
  }
  const parts = [...new Set(some.flatMap(arm => (arm.floor.parts ?? []).map(part => part.part)))];
  return section(key + '--floor', 'Floor, and total over floor',
    'What no configuration can avoid on this machine: each step measured alone in the same run (p50 in ms), as often as one event takes it. A scale, and no quantile.'
      + (single() ? '' : ' Only the first trial of each arm measures it, and that trial’s own p50 is divided by it, not the p50 of all trials.'),
    table(key + '-floor', 'Floor in ms', ['arm', 'floor', single() ? 'total’s p50 over floor' : overFloor(), ...parts],
      some.map(arm => [arm.arm, { text: millis(arm.floor.p50SumNanos), value: arm.floor.p50SumNanos },
        arm.floor.totalP50OverFloor === null ? '–' : { text: digits(arm.floor.totalP50OverFloor), value: arm.floor.totalP50OverFloor },
        ...parts.map(name => {
          const part = (arm.floor.parts ?? []).find(each => each.part === name);
          return !part ? '–' : part.problem ? words('not measured: ' + part.problem)
            : { text: millis(part.p50Nanos), small: part.timesInFloor === 0 ? 'not added' : '× ' + part.timesInFloor };
        })])));
}

function beside(key, arms) {
  const rows = arms.flatMap(arm => arm.beside.map(each => [arm.arm, words(each.what), estimate(each.p50), estimate(each.p99)]));
  return rows.length === 0 ? null : section(key + '--beside', 'Beside the route', null,
    table(key + '-beside', 'Measured beside the route, in ms', ['arm', 'what', 'p50', 'p99'], rows));
}

function processes(key, arms) {
  const rows = arms.filter(arm => arm.cost).flatMap(arm => arm.cost.processes.map(each =>
    [arm.arm, words(each.process), digits(each.processorSecondsPer1000Events), number(each.residentBytes / 1e6)]));
  return rows.length === 0 ? null : folded('Cost by process',
    table(key + '-processes', 'Of one trial', ['arm', 'process', 'processor s for 1 000', 'memory (MB)'], rows));
}

function trials(key, arms) {
  return folded('Every trial', table(key + '-trials', 'Every trial, in ms',
    ['arm', 'trial', 'valid', 'p50', 'p90', 'p99', 'stolen', 'why not, and notes'],
    arms.flatMap(arm => arm.trials.map(trial => [arm.arm, trial.number,
      trial.valid ? words('valid') : { text: 'NOT VALID', kind: 'text failed' },
      millis(trial.p50Nanos), millis(trial.p90Nanos), millis(trial.p99Nanos),
      trial.stolenPercent === null ? '–' : digits(trial.stolenPercent) + ' %',
      { text: [...trial.why, ...(trial.notes ?? [])].join('; '), kind: 'text long' }]))));
}

function workloadSection(workload, title) {
  const key = 'w-' + workload.workload;
  const arms = workload.arms;
  return section(key, title, null,
    armTable(key, arms),
    comparisons(key, workload),
    waterfall(key, arms),
    curves(key, arms),
    overTime(key, arms),
    staleness(key, arms),
    counted(key, arms),
    durability(key, arms),
    floors(key, arms),
    beside(key, arms),
    processes(key, arms),
    CONTENT.kind === 'study' ? trials(key, arms) : null);
}

/* ---- Environment and limits ---- */

function facts(pairs) {
  return make('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
    .flatMap(([name, value]) => [make('dt', null, name), make('dd', null, String(value))]));
}

function flat(node, above) {
  return Object.entries(node ?? {}).flatMap(([name, value]) => value !== null && typeof value === 'object'
    ? flat(value, above + name + ' / ') : [[above + name, value]]);
}

function settings(title, pairs) {
  return pairs.length === 0 ? null : folded(title + ' (' + pairs.length + ')',
    table(null, title, ['name', 'value'], pairs.map(([name, value]) => [name, { text: value ?? 'unset', kind: 'text value' }])));
}

/* Each value once that trials have for it. */
function values(machine, word) {
  const all = machine.distinct?.[word] ?? [machine[word]];
  return all.every(each => each === null || each === undefined) ? null : all.map(each => each ?? 'unknown').join(' and ');
}

/* That a study's trials are of more than one machine, build or setting; null if of one. */
function several(machine) {
  return machine.warning ? make('p', { class: 'banner bad', id: 'several', role: 'note' }, machine.warning) : null;
}

function environment(all, machine) {
  return section('environment', 'Environment and settings', null,
    facts([
      ['date', machine.date], ['processor', values(machine, 'cpu')], ['cores', values(machine, 'cores')],
      ['memory', machine.memoryBytes ? number(machine.memoryBytes / 1e6) + ' MB' : null],
      ['system', machine.system && typeof machine.system === 'object' ? Object.values(machine.system).join(' ') : machine.system],
      ['JDK', values(machine, 'jdk')], ['commit', values(machine, 'commit')],
      ['stolen by other machines, most', machine.mostStolenPercent === null || machine.mostStolenPercent === undefined ? 'not known' : digits(machine.mostStolenPercent) + ' %'],
    ]),
    all.map(({ workload, arms }) => folded(workload + ': what each arm ran with', arms.map(arm => folded(arm.arm,
      settings('What the arm sets', Object.entries(arm.settings)),
      settings('What the running parts say of themselves that is no default', Object.entries(arm.effective)),
      settings('Versions and machine of its first trial', flat(arm.environment, '')))))));
}

function limits(all, machine, more) {
  const cores = values(machine, 'cores');
  const notes = [...new Set(all.flatMap(each => each.arms.flatMap(arm => arm.trials.flatMap(trial => trial.notes ?? []))))];
  const arms = all.flatMap(each => each.arms);
  return section('limits', 'Limitations', null, make('ul', null, [
    'Everything ran on one machine over loopback: no network between parts, and load generator and backend share its processors'
      + (cores ? ' (' + cores + ')' : '') + '. A stack of many processes loses more by that than one of few.',
    'Latency starts when an event was due. The load generator’s own lateness, the slip, is in every total and shown as a hop of its own.',
    arms.some(arm => arm.hops.some(hop => hop.hop.startsWith('committed')))
      ? 'Postgres takes its commit time while it commits, so that part of the flush lies in the hop after the commit.' : null,
    arms.some(arm => arm.backend === 'conventional')
      ? 'Kafka acknowledges what is in the memory of its replicas, unflushed unless the arm says so; what each arm promises is in its durability row.' : null,
    'HdrHistograms hold three significant digits; a quantile is given only where there are enough events for it.',
    'The floor adds medians, which do not add up: it is a scale.',
    ...more,
    ...notes,
  ].filter(Boolean).map(text => make('li', null, text))));
}

/* Whoever makes a report with Harper in it is told what its licence says. */
function licence(notes) {
  return notes.length > 0 ? make('p', { class: 'banner', id: 'licence', role: 'note' }, notes.join('; ') + '. Keep this report to yourself without it.') : null;
}

/* ---- Pages ---- */

function studyPage(study) {
  at('what').textContent = 'study ' + study.study;
  document.title = 'Hopmeter study ' + study.study;
  at('state').textContent = study.complete && study.failed === 0 ? 'complete: ' + study.valid + ' valid trials'
    : (study.complete ? 'complete' : 'NOT COMPLETE: ' + study.tried + ' of ' + study.planned + ' trials') + ', ' + study.valid + ' valid, ' + study.failed + ' FAILED';
  at('state').className = study.complete && study.failed === 0 ? 'good' : 'failed';
  at('lead').textContent = study.plan.trials + ' trials of each arm' + (study.workloads.length > 1 ? ' on each workload' : '')
    + ', each on a stack started anew, all in one random order; ' + plain(study.plan.ratePerSecond)
    + ' events a second for ' + plain(study.plan.durationNanos / 1e9) + ' s each; seed ' + study.plan.seed + '. Totals are from intended send to delivery;'
    + ' intervals are of 95 %, with the trial as the unit.';
  const bad = failures(study);
  at('main').append(...[
    licence(study.notes),
    bad.length > 0 ? make('div', { class: 'banner bad', id: 'failures', role: 'note' },
      study.failed > 0 ? 'Failed trials are kept and counted, and are in no figure:' : 'Events were lost:', make('ul', null, bad.map(line => make('li', null, line))))
      : make('p', { id: 'failures' }, 'No trial failed, and no event was lost.'),
    several(study.environment),
    study.losses.length > 0 ? make('p', { id: 'losses' }, study.losses.join(' ')) : null,
    study.claims.length > 0 ? claims(study) : null,
    ...study.workloads.map(each => workloadSection(each, each.workload)),
    ...study.ladders.flatMap(ladder => ladder.measures.map((measure, i) =>
      ladderSection('l-' + ladder.workload + '-' + i, 'What each knob buys: ' + ladder.workload + ', ' + measure.measure,
        [climbed(ladder), climbing(ladder)].filter(Boolean).join('. '), measure, ladder))),
    environment(study.workloads, study.environment),
    limits(study.workloads, study.environment, [
      'Intervals are of trials on this machine; another machine, rate or payload can turn a result.',
      'Of several comparisons, one in twenty intervals misses its truth by chance alone; the A/A rows show how that looks.',
    ]),
  ].filter(Boolean));
}

function trialPage(trial) {
  const summary = trial.summary;
  const title = summary.workload + ' on ' + summary.backend + ', arm ' + summary.arm;
  at('what').textContent = title;
  document.title = 'Hopmeter: ' + title;
  at('state').textContent = summary.valid ? 'VALID' : 'NOT VALID';
  at('state').className = summary.valid ? 'good' : 'failed';
  at('lead').textContent = number(summary.counts.planned) + ' events at ' + plain(summary.ratePerSecond) + ' a second, ' + summary.arrivals + ', for '
    + plain(summary.durationNanos / 1e9) + ' s; seed ' + summary.seed + '. One trial, which has no intervals.';
  const key = 'w-' + summary.workload;
  at('main').append(...[
    licence(trial.notes),
    summary.valid ? null : make('div', { class: 'banner bad', id: 'failures', role: 'note' }, 'This trial is not valid, and its figures count for nothing:',
      make('ul', null, summary.why.map(line => make('li', null, line)))),
    ...trial.workloads.map(each => workloadSection(each, 'What came out')),
    marginal(key, summary),
    said(summary),
    environment(trial.workloads, trial.environment),
    limits(trial.workloads, trial.environment, ['One trial says nothing of how trials scatter: repeat, or use hopmeter study.']),
  ].filter(Boolean));
}

function marginal(key, summary) {
  const rows = summary.hops.map(hop => [hop.hop + (hop.slip ? ' (slip)' : ''), hop])
    .concat([['total', summary.total], ['total from actual send', summary.totalFromSend]])
    .concat(summary.spans.map(span => [span.span, span]));
  const of = nanos => nanos === null ? 'n too small' : { text: (nanos / 1e6).toFixed(3), value: nanos };
  return section('quantiles', 'Quantiles of each hop',
    'Each column is of one hop alone: the quantiles do not add up.',
    table(key + '-marginal', 'In ms', ['hop', 'mean', 'p50', 'p90', 'p99', 'p99.9', 'largest', 'n'], rows.map(([name, each]) =>
      [name, of(each.meanNanos), of(each.p50Nanos), of(each.p90Nanos), of(each.p99Nanos), of(each.p999Nanos), of(each.mostNanos), number(each.count)])));
}

function said(summary) {
  const lag = summary.lag.growing === undefined ? null : (summary.lag.growing ? 'GROWING, ' : 'steady, ') + millis(summary.lag.riseNanos) + ' ms in all';
  return section('checks', 'Checks and start-up', null,
    facts([
      ['lag', lag],
      ...summary.findings.map(finding => [finding.finding, (finding.against ? 'AGAINST THE TRIAL: ' : '') + finding.text]),
      ['warm-up', plain(summary.warmUp.lengthNanos / 1e9) + ' s, ' + number(summary.warmUp.events) + ' events'
        + (summary.warmUp.checked ? summary.warmUp.settled ? ', settled' : ', NOT settled' : ', of a given length')],
      ...summary.startUp.filter(phase => phase.phase !== 'warm-up').map(phase => [(phase.partOf ? phase.partOf + ': ' : '') + phase.phase, plain(phase.nanos / 1e9) + ' s']),
    ]));
}

function ladderPage(ladder) {
  const title = 'ladder of ' + ladder.workload + ', ' + ladder.from + ' to ' + ladder.to;
  at('what').textContent = title;
  document.title = 'Hopmeter ' + title;
  const wrong = climbed(ladder);
  at('state').textContent = wrong ?? 'complete';
  at('state').className = wrong ? 'failed' : 'good';
  at('lead').textContent = climbing(ladder);
  ladder.measures.forEach((measure, i) => at('main').append(ladderSection('m-' + i, 'What each knob buys: ' + measure.measure, null, measure, ladder)));
  if (ladder.apart.length > 0) {
    at('main').append(section('apart', 'On every rung as on the highest', 'These differ between the arms too, and have no part in any latency.',
      table('apart-table', 'Settings', ['knob', ladder.from, ladder.to], ladder.apart.map(each => [each.knob, words(each.from), words(each.to)]))));
  }
}

/* What is wrong with a ladder's trials; null if nothing is. */
function climbed(ladder) {
  const rungs = ladder.measures[0]?.rungs ?? [];
  const failed = rungs.reduce((all, rung) => all + rung.failedTrials, 0);
  const planned = ladder.trials * rungs.length;
  return [
    ladder.tried < planned ? 'NOT COMPLETE: ' + ladder.tried + ' of ' + planned + ' trials' : null,
    failed > 0 ? failed + ' FAILED' : null,
  ].filter(Boolean).join(', ') || null;
}

function climbing(ladder) {
  return ladder.trials + ' trials of each rung, each on a stack started anew, at ' + plain(ladder.ratePerSecond) + ' events a second for '
    + plain(ladder.durationNanos / 1e9) + ' s; seed ' + ladder.seed + '. Each rung has one knob more than the one before; 95 % intervals over trials.';
}

function step(rung, ladder, gap) {
  return rung.rung + ': ' + (rung.knob ? rung.knob + (gap ?? ' ') + rung.from + ' → ' + rung.to : ladder.from);
}

/* A knob as a chart's label: without what says only which library takes it. */
function shortened(knob) {
  return knob.replace(/spring\.kafka\.(streams\.)?/, '…').replace('properties.', '');
}

function ladderSection(key, title, how, measure, ladder) {
  const looked = [['p50', colour(1), 'circle', -5], ['p99', colour(0), 'diamond', 5]];
  const rows = () => looked.flatMap(([name, colour, shape, shift]) => measure.rungs.filter(rung => rung[name + 'Nanos'] !== null).map(rung => ({
    place: measure.rungs.indexOf(rung), colour, symbol: shape, shift,
    value: rung[name + 'Nanos'] / 1e6,
    from: rung[name + 'FromNanos'] === null ? null : rung[name + 'FromNanos'] / 1e6,
    to: rung[name + 'ToNanos'] === null ? null : rung[name + 'ToNanos'] / 1e6,
    text: name + ' of rung ' + rung.rung + ': ' + millis(rung[name + 'Nanos']) + ' ms',
  })));
  const change = (rung, name) => rung[name + 'ChangeNanos'] === null ? '–'
    : { text: millis(rung[name + 'ChangeNanos']), small: range(rung[name + 'ChangeFromNanos'], rung[name + 'ChangeToNanos'], 1e6), value: rung[name + 'ChangeNanos'] };
  const value = (rung, name) => estimate(rung[name + 'Nanos'] === null ? null
    : { nanos: rung[name + 'Nanos'], fromNanos: rung[name + 'FromNanos'], toNanos: rung[name + 'ToNanos'], atLeast: rung[name + 'AtLeast'] });
  return section(key, title, how,
    make('ul', { class: 'legend' }, looked.map(([name, colour, shape]) => make('li', null, mark({ colour, line: 'solid', symbol: shape }), name + ', with its interval'))),
    chart(key + '-ladder', () => 60 + measure.rungs.length * (narrow() ? 76 : 48), () => forest(measure.rungs.map(rung => step(rung.knob ? { ...rung, knob: shortened(rung.knob) } : rung, ladder, '\n')), rows(), 'ms (logarithmic)',
      'p50 and p99 of each rung; the table below has the same. ' + measure.rungs.map(rung => step(rung, ladder) + ': p50 ' + ms(rung.p50Nanos)).join('; '))),
    table(key + '-rungs', 'In ms; 95 % intervals in brackets; the change is that against the rung before',
      ['rung', 'valid trials', 'failed', 'not seen', 'p50', 'p50, change', 'p99', 'p99, change'],
      measure.rungs.map(rung => [step(rung, ladder), rung.validTrials,
        rung.failedTrials > 0 ? { text: rung.failedTrials, kind: 'number failed' } : rung.failedTrials, number(rung.censored),
        value(rung, 'p50'), change(rung, 'p50'), value(rung, 'p99'), change(rung, 'p99')])));
}

function contents() {
  at('contents').replaceChildren(...[...at('main').querySelectorAll(':scope > section')].map(each =>
    make('a', { href: '#' + each.id }, each.querySelector('h2').textContent)));
}

function show() {
  drawings.forEach(drawing => drawing.chart?.dispose());
  drawings.length = 0;
  at('main').replaceChildren();
  ({ study: studyPage, trial: trialPage, ladder: ladderPage })[CONTENT.kind](CONTENT[CONTENT.kind]);
  contents();
  drawings.forEach(draw);
}

let width = innerWidth;
addEventListener('resize', () => {
  if (innerWidth !== width) {
    width = innerWidth;
    drawings.forEach(draw);
  }
});
dark.addEventListener('change', show);
show();
