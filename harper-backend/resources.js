// Hopmeter's application for Harper: what clients of every backend can do, over REST and WebSockets. docs/wire-format.md has the
// shapes of orders, messages, trails and frames, which are the same as elsewhere.
import { createHash } from 'node:crypto';

const { Orders, Messages, Events, Confirmed, Windows, Probes } = databases.hopmeter;

// Given by the arm: when subscribers are told. 'local' is Harper's own way, from the local commit; 'confirmed' waits until as many
// other nodes have it as CONFIRMATIONS says, and then publishes.
const NOTIFY = process.env.HOPMETER_HARPER_NOTIFY ?? 'confirmed';
const CONFIRMATIONS = 1;
if (NOTIFY !== 'local' && NOTIFY !== 'confirmed') {
	throw new Error(`HOPMETER_HARPER_NOTIFY is local or confirmed, not '${NOTIFY}'`);
}

// A publisher is told by then that nobody has confirmed; a client that places an order has a limit of its own.
const CONFIRMED_WITHIN = 10_000;
const READY_WITHIN = 3_000;

const PUT_AGAIN_EVERY = 1_000;
const LONGEST_PAUSE = 16_000;
const MOST_PUT_AGAIN = 1_000;

const MOST_WAITING = 1_000;
const MOST_IN_A_FRAME = 1_000;
const MOST_FRAMES_AT_ONCE = 100;
const MOST_WINDOWS = 1_000;
const MOST_KNOWN = 100;
const MOST_AMOUNT = 1_000_000_000_000;
const MOST_SEQUENCE = Number.MAX_SAFE_INTEGER;
const AN_HOUR = 3_600_000;
const SIZES = { '10s': 10_000, '1m': 60_000 };
const WORD = /^[a-z0-9][a-z0-9-]{0,31}$/;
const IDENTIFIER = /^[\x21-\x7e]{1,128}$/;
const CURRENCY = /^[A-Z]{3}$/;
const BYTES_IN_A_FRAME = 1 << 20;
const MOST_UNDERWAY = 4_096;
const CONTROL = /[\x00-\x1f\x7f-\x9f]/;
const STAMPS =
	'intended|sent|received|committed|captured|streamed|confirmed|taken|routed|summed|fetched|pushed|found|read|delivered';
const TRAIL = new RegExp(`^[a-z-]{1,32}(;(${STAMPS})=\\d{1,19})*$`);
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?Z$/;

/**
 * Epoch nanoseconds. Node.js tells the time of day in whole milliseconds only, so that this adds to its monotonic clock the
 * largest lead that the time of day was seen to have over it in the last seconds, which is at the turn of a millisecond.
 */
class EpochClock {
	#lead = -Infinity;
	#coming = -Infinity;
	#turnAt = 0;

	constructor() {
		for (const end = performance.now() + 10; performance.now() < end; ) {
			this.millis();
		}
	}

	millis() {
		// In this order: a pause between the two makes the lead too small, and the largest is what counts.
		const day = Date.now();
		const monotonic = performance.now();
		const lead = day - monotonic;
		if (monotonic > this.#turnAt) {
			this.#turnAt = monotonic + 5_000;
			this.#lead = this.#coming === -Infinity ? lead : this.#coming;
			this.#coming = -Infinity;
		}
		this.#coming = Math.max(this.#coming, lead);
		this.#lead = Math.max(this.#lead, lead);
		return monotonic + this.#lead;
	}

	/** As text, as a double has no room for them. */
	nanos() {
		const millis = this.millis();
		const whole = Math.floor(millis);
		return `${whole}${String(Math.floor((millis - whole) * 1e6)).padStart(6, '0')}`;
	}
}

const clock = new EpochClock();

/** The trail's text with one more stamp; null stays null. */
function stamped(trail, stamp, nanos = clock.nanos()) {
	return trail === null ? null : `${trail};${stamp}=${nanos}`;
}

class Refused extends Error {
	constructor(status, detail) {
		super(detail);
		this.status = status;
	}

	problem() {
		return { type: 'about:blank', title: TITLES[this.status] ?? 'Error', status: this.status, detail: this.message };
	}
}

const TITLES = { 400: 'Bad Request', 404: 'Not Found', 422: 'Unprocessable Content', 503: 'Service Unavailable' };

function check(condition, detail) {
	if (!condition) {
		throw new Refused(400, detail);
	}
}

function isWhole(value, least, most) {
	return Number.isSafeInteger(value) && value >= least && value <= most;
}

function isA(form, value) {
	return typeof value === 'string' && form.test(value);
}

function isText(value, least, most) {
	return typeof value === 'string' && value.length >= least && value.length <= most && !CONTROL.test(value) && value.isWellFormed();
}

function checkedTrail(trail) {
	if (trail === undefined || trail === null) {
		return null;
	}
	check(typeof trail === 'string' && trail.length <= 640 && TRAIL.test(trail), 'the trail cannot be read');
	return trail;
}

function checkedDraft(draft) {
	check(draft !== null && typeof draft === 'object' && !Array.isArray(draft), 'an order is a JSON object');
	const { customer, region, kind, amount, currency, lines } = draft;
	check(isText(customer, 1, 64), 'customer has 1 to 64 characters');
	check(isA(WORD, region), 'region is a word of a-z, 0-9 and -');
	check(isA(WORD, kind), 'kind is a word of a-z, 0-9 and -');
	check(isWhole(amount, 1, MOST_AMOUNT), `amount is between 1 and ${MOST_AMOUNT}`);
	check(isA(CURRENCY, currency), 'currency has three capital letters');
	check(Array.isArray(lines) && isWhole(lines.length, 1, 100), 'there are 1 to 100 lines');
	for (const line of lines) {
		check(isText(line?.sku, 1, 64), 'sku has 1 to 64 characters');
		check(isWhole(line.quantity, 1, 1_000_000), 'quantity is between 1 and 1000000');
	}
	return { customer, region, kind, amount, currency, lines: lines.map(({ sku, quantity }) => ({ sku, quantity })) };
}

function checkedMessage(message) {
	check(message !== null && typeof message === 'object', 'a message is a JSON object');
	const { id, region, kind, amount, sequence, text } = message;
	check(isA(IDENTIFIER, id), 'id has 1 to 128 visible ASCII characters');
	check(isA(WORD, region), 'region is a word of a-z, 0-9 and -');
	check(isA(WORD, kind), 'kind is a word of a-z, 0-9 and -');
	check(isWhole(amount, 1, MOST_AMOUNT), `amount is between 1 and ${MOST_AMOUNT}`);
	check(isWhole(sequence, 0, MOST_SEQUENCE), `sequence is between 0 and ${MOST_SEQUENCE}`);
	check(isText(text, 0, 16 * 1024), 'text has 0 to 16384 characters');
	return { id, region, kind, amount, sequence, text };
}

/** Steps of one connection, each begun once the one before is done. */
class Turns {
	#last = Promise.resolve();

	take(step) {
		const next = this.#last.then(step);
		this.#last = next.catch(() => {});
		return next;
	}
}

/** The order of one connection: its writes follow each other into the node, and what they tell follows in that order. */
class Order {
	writing = new Turns();
	telling = new Turns();
}

/**
 * Transactions whose confirmation is still out. Where many are waited for at once, some never comes, though the other nodes have
 * what was written; so that the records of what is late are put again, unchanged, in one later transaction, and its confirmation
 * counts for all of it. What they added to windows is in the transaction that they were first put in.
 */
class Unconfirmed {
	#waiting = new Set();

	constructor() {
		setInterval(() => this.#putAgain(), PUT_AGAIN_EVERY).unref();
	}

	/**
	 * Resolves with the transaction, or with a later one that has put the same again.
	 *
	 * @param size how many records again puts
	 */
	orAgain(stored, size, again) {
		return new Promise((resolve, reject) => {
			const one = { due: performance.now() + PUT_AGAIN_EVERY, pause: PUT_AGAIN_EVERY, size, again, resolve };
			this.#waiting.add(one);
			const over = () => this.#waiting.delete(one);
			stored.then(resolve, reject).then(over, over);
		});
	}

	#putAgain() {
		const batch = this.#late();
		if (batch.length === 0) {
			return;
		}
		const writing = async (context) => {
			for (const one of batch) {
				await one.again(context);
			}
		};
		begun({ replicatedConfirmation: CONFIRMATIONS }, writing).stored.then(
			() =>
				batch.forEach((one) => {
					this.#waiting.delete(one);
					one.resolve();
				}),
			(failure) => logger.error('what is not confirmed could not be put again', failure)
		);
	}

	/** What is due, up to a bound; each time that it is, it waits twice as long for the next. */
	#late() {
		const now = performance.now();
		const batch = [];
		let records = 0;
		for (const one of this.#waiting) {
			if (one.due > now) {
				continue;
			}
			one.pause = Math.min(2 * one.pause, LONGEST_PAUSE);
			one.due = now + one.pause;
			batch.push(one);
			records += one.size;
			if (records >= MOST_PUT_AGAIN) {
				break;
			}
		}
		return batch;
	}
}

const unconfirmed = new Unconfirmed();

/**
 * Begins a transaction. `write` is given its context and hands it on: what is written without one belongs to the request's
 * transaction, which is over only after this.
 *
 * @returns written: its writes are made, or it has failed; stored: it is as durable as its context asks for
 */
function begun(context, write) {
	let made;
	const written = new Promise((resolve) => (made = resolve));
	const writing = async () => {
		try {
			await write(context);
		} finally {
			made();
		}
	};
	const committed = async () => transaction(context, writing);
	return { written, stored: committed().finally(made) };
}

/**
 * One write, and its way to the subscribers; returns once it is as durable as the context asks for. The next write of the same
 * order does not wait for that.
 *
 * @param steps write: the first time; again: puts once more those records, so many as size, of which no confirmation comes; tell:
 *     to subscribers
 */
async function store(context, order, { write, size, again, tell }) {
	const asked = NOTIFY === 'local' ? context : { ...context, replicatedConfirmation: CONFIRMATIONS };
	const stored = new Promise((resolve, reject) => {
		order.writing.take(() => {
			const first = begun(asked, write);
			// It may fail before anybody waits for it, which Node.js would end for.
			first.stored.catch(() => {});
			const durable = NOTIFY === 'local' ? first.stored : first.written.then(() => unconfirmed.orAgain(first.stored, size, again));
			durable.then(resolve, reject);
			return first.written;
		});
	});
	if (NOTIFY === 'local') {
		await stored;
		return;
	}
	// Its turn may come long after it has failed.
	stored.catch(() => {});
	const told = order.telling.take(async () => {
		await stored;
		await begun({ user: context.user }, tell).stored;
	});
	await told;
}

// ---- windows

function windowId(of, size, region, kind, start) {
	return `${of}/${size}/${region}/${kind}/${String(start).padStart(15, '0')}`;
}

/**
 * Adds an order to its windows, on whichever node it was placed. Other nodes can come to hold less, as Harper 4.7 does not hand
 * every addition on where they come close together; no client asks for these.
 */
async function sumOrder({ region, kind, amount }, at, context) {
	for (const [size, length] of Object.entries(SIZES)) {
		const start = at - (at % length);
		const id = windowId('orders', size, region, kind, start);
		const window = await Windows.update(id, {}, context);
		window.set('id', id);
		window.set('start', start);
		window.set('newest', Math.max(window.getProperty('newest') ?? 0, at));
		window.addTo('count', 1);
		window.addTo('sum', amount);
	}
}

/**
 * Adds events to their windows, and tells each what they then come to. Nobody else may put those windows meanwhile: a key's events
 * go to one node, and that has one transaction at a time.
 */
async function sumEvents(events, context) {
	const sums = new Map();
	for (const event of events) {
		const { region, kind, amount, sequence, at } = event;
		event.windows = {};
		for (const [size, length] of Object.entries(SIZES)) {
			const start = at - (at % length);
			const id = windowId('events', size, region, kind, start);
			const before = sums.get(id) ?? (await Windows.get(id, context));
			const sum = {
				id,
				start,
				through: Math.max(before?.through ?? 0, sequence),
				newest: Math.max(before?.newest ?? 0, at),
				count: (before?.count ?? 0) + 1,
				sum: (before?.sum ?? 0) + amount,
			};
			sums.set(id, sum);
			event.windows[size] = totals(length, sum);
		}
	}
	for (const [id, sum] of sums) {
		await Windows.put(id, sum, context);
	}
}

function totals(length, { start, count, sum, through, newest }) {
	return {
		start: new Date(start).toISOString(),
		end: new Date(start + length).toISOString(),
		count,
		sum,
		through,
		newest: new Date(newest).toISOString(),
	};
}

async function windowsBetween(first, last, limit) {
	const found = [];
	for await (const window of Windows.search({
		conditions: [{ attribute: 'id', comparator: 'between', value: [first, last] }],
		limit,
	})) {
		found.push(window);
	}
	return found;
}

// ---- who is told

/** What waits for one subscriber, which reads at its own pace: the oldest goes where there is no more room. */
class Outbox {
	#waiting = [];
	#dropped = 0;
	#wake = null;
	#closed = false;

	constructor(overflow) {
		this.overflow = overflow;
	}

	add(frame) {
		if (this.#waiting.length >= MOST_WAITING) {
			this.#waiting.shift();
			this.#dropped++;
		}
		this.#waiting.push(frame);
		this.#wake?.();
	}

	close() {
		this.#closed = true;
		this.#wake?.();
	}

	async *frames() {
		while (!this.#closed) {
			if (this.#dropped > 0) {
				const dropped = this.#dropped;
				this.#dropped = 0;
				yield { [this.overflow]: dropped };
			} else if (this.#waiting.length > 0) {
				yield this.#waiting.shift()();
			} else {
				await new Promise((resolve) => (this.#wake = resolve));
				this.#wake = null;
			}
		}
	}
}

/** Subscribers by region and kind, so that an event meets those that it may be for and no others. */
class Index {
	#cells = new Map();

	add(subscriber) {
		const cell = `${subscriber.region ?? '*'}/${subscriber.kind ?? '*'}`;
		const those = this.#cells.get(cell) ?? new Set();
		this.#cells.set(cell, those.add(subscriber));
		return () => {
			those.delete(subscriber);
			if (those.size === 0 && this.#cells.get(cell) === those) {
				this.#cells.delete(cell);
			}
		};
	}

	*matching({ region, kind, amount }) {
		for (const cell of [`${region}/${kind}`, `${region}/*`, `*/${kind}`, '*/*']) {
			for (const subscriber of this.#cells.get(cell) ?? []) {
				if (amount >= subscriber.leastAmount) {
					yield subscriber;
				}
			}
		}
	}
}

const notified = { orders: new Index(), notifications: new Index() };
const watchers = new Index();

/** What an order or message is told as; PUSHED is taken when the socket is about to get it. */
function notify(index, name, { trail, at, ...subject }, streamed) {
	const carried = stamped(trail, 'streamed', streamed);
	for (const subscriber of index.matching(subject)) {
		subscriber.outbox.add(() => ({ trail: stamped(carried, 'pushed'), [name]: subject }));
	}
}

const TELLING = {
	orders(order, streamed) {
		notify(notified.orders, 'order', order, streamed);
		notify(notified.notifications, 'order', order, streamed);
	},
	messages(message, streamed) {
		notify(notified.notifications, 'message', message, streamed);
	},
	events(event, streamed) {
		const carried = stamped(event.trail, 'streamed', streamed);
		for (const watcher of watchers.matching({ ...event, amount: 0 })) {
			const window = { size: watcher.size, region: event.region, kind: event.kind, ...event.windows[watcher.size] };
			watcher.outbox.add(() => ({
				window,
				events: carried === null ? [] : [{ id: event.id, trail: stamped(carried, 'pushed') }],
			}));
		}
	},
};

async function feed(table, what) {
	for await (const { type, value } of await table.subscribe({ isCollection: true, omitCurrent: true })) {
		const streamed = clock.nanos();
		if ((type === 'put' || type === 'message') && value) {
			try {
				TELLING[what ?? value.of](value.subject ?? value, streamed);
			} catch (failure) {
				logger.error('a record could not be told', failure);
			}
		}
	}
}

/** Why nobody is told any more; a node that has ended to be fed is not ready again. */
let unfed = null;

function keepFed(table, what) {
	const ended = (why) => {
		unfed = `a subscription of the application's own has ended: ${why}`;
		logger.error(unfed);
	};
	feed(table, what).then(() => ended('without a failure'), ended);
}

if (NOTIFY === 'local') {
	keepFed(Orders, 'orders');
	keepFed(Messages, 'messages');
	keepFed(Events, 'events');
} else {
	keepFed(Confirmed, null);
}

// ---- what clients see

/** Open to whoever reaches the port, as the services of the other backends are. */
class Open extends Resource {
	static loadAsInstance = false;

	allowRead() {
		return true;
	}

	allowCreate() {
		return true;
	}
}

function header(context, name) {
	return context.headers?.get?.(name) ?? context.headers?.asObject?.[name] ?? undefined;
}

function refusal(failure) {
	if (!(failure instanceof Refused)) {
		throw failure;
	}
	return {
		status: failure.status,
		headers: { 'Content-Type': 'application/problem+json' },
		data: { ...failure.problem(), ...failure.more },
	};
}

/** Under an id of its own, as of what is published under one id a subscriber may be given the last alone. */
function tellOnce(of, subject, context) {
	return Confirmed.publish(crypto.randomUUID(), { of, subject }, context);
}

/** A UUID that follows from the key, so that every node gives a repeated order the same. */
function idOf(key) {
	const hex = createHash('sha256').update(key).digest('hex');
	return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function isSame(draft, order) {
	return Object.keys(draft).every((name) => JSON.stringify(draft[name]) === JSON.stringify(order[name]));
}

function filterOf(target) {
	const region = target.get('region') ?? null;
	const kind = target.get('kind') ?? null;
	const least = target.get('leastAmount') ?? '0';
	check(region === null || isA(WORD, region), 'region is a word of a-z, 0-9 and -');
	check(kind === null || isA(WORD, kind), 'kind is a word of a-z, 0-9 and -');
	check(/^\d{1,13}$/.test(least) && Number(least) <= MOST_AMOUNT, `leastAmount is between 0 and ${MOST_AMOUNT}`);
	return { region, kind, leastAmount: Number(least) };
}

/** Frames for a subscriber until its socket closes; it is one from now on, before the first is asked for. */
function subscription(index, first, subscriber, incoming) {
	const remove = index.add(subscriber);
	incoming?.on?.('close', () => {
		remove();
		subscriber.outbox.close();
	});
	return (async function* () {
		try {
			yield first;
			yield* subscriber.outbox.frames();
		} finally {
			remove();
		}
	})();
}

/** Placing an order: POST /orders/. Being told of orders and nothing else: a WebSocket there. */
export class orders extends Open {
	async post(target, content) {
		const received = clock.nanos();
		try {
			return await place(this.getContext(), await content, received);
		} catch (failure) {
			return refusal(failure);
		}
	}

	connect(target, incoming) {
		return subscribed(notified.orders, target, incoming);
	}
}

function subscribed(index, target, incoming) {
	const filter = filterOf(target);
	const subscriber = { ...filter, outbox: new Outbox('dropped') };
	return subscription(index, { subscribed: { subscriber: target.get('subscriber'), filter } }, subscriber, incoming);
}

async function place(context, content, received) {
	const draft = checkedDraft(content);
	const key = header(context, 'idempotency-key') ?? null;
	check(key === null || isA(IDENTIFIER, key), 'the idempotency key has 1 to 128 visible ASCII characters');
	const trail = checkedTrail(header(context, 'hopmeter-trail'));
	const id = key === null ? crypto.randomUUID() : idOf(key);
	const before = key === null ? null : await Orders.get(id);
	if (before && !isSame(draft, before)) {
		throw new Refused(422, 'another order was placed under this idempotency key');
	}
	const placedAt = new Date(Number(received.slice(0, 13))).toISOString();
	const order = before
		? plain(before)
		: { id, idempotencyKey: key, ...draft, placedAt, trail: stamped(trail, 'received', received) };
	const own = { user: context.user, replicatedConfirmation: context.replicatedConfirmation };
	await store(own, new Order(), {
		async write(writing) {
			await Orders.put(id, order, writing);
			if (!before) {
				await sumOrder(order, Number(received.slice(0, 13)), writing);
			}
		},
		size: 1,
		again: (writing) => Orders.put(id, order, writing),
		tell: (telling) => tellOnce('orders', order, telling),
	});
	const { trail: _, ...answer } = order;
	return {
		status: 201,
		headers: { Location: `/orders/${id}`, ...(before ? { 'Idempotent-Replayed': 'true' } : {}) },
		data: answer,
	};
}

function plain({ id, idempotencyKey, customer, region, kind, amount, currency, lines, placedAt, trail }) {
	return { id, idempotencyKey, customer, region, kind, amount, currency, lines, placedAt, trail };
}

/** Being told of orders and messages: a WebSocket. */
export class notifications extends Open {
	connect(target, incoming) {
		return subscribed(notified.notifications, target, incoming);
	}
}

/** Publishing: WebSockets /publish/messages and /publish/events. */
export class publish extends Open {
	connect(target, incoming) {
		const storing = Object.hasOwn(PUBLISHING, target.id) ? PUBLISHING[target.id] : undefined;
		check(storing, 'there are publish/messages and publish/events');
		const user = this.getContext().user;
		const confirmation = { user, replicatedConfirmation: CONFIRMATIONS };
		const answers = new Outbox('lost');
		const order = new Order();
		incoming.on('data', (frame) => {
			const received = clock.nanos();
			const answer = published(storing, frame, received, confirmation, order);
			answers.add(() => answer);
		});
		incoming.on('close', () => answers.close());
		return (async function* () {
			for await (const answer of answers.frames()) {
				yield await answer;
			}
		})();
	}
}

/** What the entries of frames are stored as, and how; each function is given the context of the transaction that it is part of. */
const MESSAGES = {
	name: 'messages',
	async write(messages, context) {
		if (NOTIFY === 'local') {
			for (const message of messages) {
				await Messages.publish(crypto.randomUUID(), { subject: message }, context);
			}
		} else {
			await this.put(messages, context);
		}
	},
	async put(messages, context) {
		for (const message of messages) {
			await Messages.put(`${message.id} ${message.sequence}`, { subject: message }, context);
		}
	},
};

const EVENTS = {
	name: 'events',
	async write(events, context) {
		await sumEvents(events, context);
		for (const event of events) {
			event.trail = stamped(event.trail, 'summed');
		}
		await this.put(events, context);
	},
	async put(events, context) {
		for (const event of events) {
			await Events.put(event.id, event, context);
		}
	},
};

/** Returns once all of them are confirmed and, where that waits for it, told. */
function storeAll(what, entries, context, order) {
	return store(context, order, {
		write: (writing) => what.write(entries, writing),
		size: entries.length,
		again: (writing) => what.put(entries, writing),
		async tell(telling) {
			for (const entry of entries) {
				await tellOnce(what.name, entry, telling);
			}
		},
	});
}

/**
 * Frames of events, of which those that come while one transaction is under way are the next one, so that no two put one window.
 */
class Gathered {
	#waiting = [];
	#busy = false;

	/** Returns once they are stored, as {@link storeAll} does. */
	add(entries) {
		return new Promise((resolve, reject) => {
			this.#waiting.push({ entries, resolve, reject });
			if (!this.#busy) {
				this.#storeWaiting();
			}
		});
	}

	async #storeWaiting() {
		this.#busy = true;
		while (this.#waiting.length > 0) {
			const frames = this.#waiting.splice(0, MOST_FRAMES_AT_ONCE);
			const entries = frames.flatMap((frame) => frame.entries);
			try {
				const context = { replicatedConfirmation: CONFIRMATIONS };
				await within(CONFIRMED_WITHIN, storeAll(EVENTS, entries, context, new Order()));
				frames.forEach((frame) => frame.resolve());
			} catch (failure) {
				frames.forEach((frame) => frame.reject(failure));
			}
		}
		this.#busy = false;
	}
}

const gathered = new Gathered();

/** What may follow `publish/`: how the entries of one frame of one connection are stored. */
const PUBLISHING = {
	messages: (entries, context, order) => storeAll(MESSAGES, entries, context, order),
	events: (entries) => gathered.add(entries),
};

/** The bytes where the client's socket names no content type, or what Harper has read from them. */
function entriesOf(message) {
	if (!(message?.data instanceof Uint8Array)) {
		return message;
	}
	check(message.data.length <= BYTES_IN_A_FRAME, `a frame has at most ${BYTES_IN_A_FRAME} bytes`);
	try {
		return JSON.parse(Buffer.from(message.data).toString('utf8'));
	} catch {
		throw new Refused(400, 'the frame is no JSON');
	}
}

/** Frames that came and are not stored. */
let underway = 0;

async function published(storing, message, received, context, order) {
	try {
		const frame = entriesOf(message);
		check(Array.isArray(frame) && isWhole(frame.length, 1, MOST_IN_A_FRAME), `a frame is an array of 1 to ${MOST_IN_A_FRAME}`);
		const now = Number(received.slice(0, 13));
		const entries = frame.map((entry) => {
			const at = entry?.at ?? now;
			check(isWhole(at, 0, now + AN_HOUR), 'at is in epoch milliseconds, an hour ahead at most');
			return { ...checkedMessage(entry?.message), at, trail: stamped(checkedTrail(entry.trail), 'received', received) };
		});
		if (underway >= MOST_UNDERWAY) {
			throw new Refused(503, `${underway} frames are not stored yet`);
		}
		underway++;
		const stored = storing(entries, context, order).finally(() => underway--);
		await within(CONFIRMED_WITHIN, stored);
		return { accepted: frame.length };
	} catch (failure) {
		if (!(failure instanceof Refused)) {
			logger.error('a frame could not be published', failure);
		}
		return { refused: (failure instanceof Refused ? failure : new Refused(503, String(failure))).problem() };
	}
}

function instant(text, name) {
	check(isA(INSTANT, text) && !Number.isNaN(Date.parse(text)), `${name} is an ISO instant`);
	return Date.parse(text);
}

function sizeAndKey(target) {
	const path = Array.isArray(target.id) ? target.id.join('/') : String(target.id ?? '');
	const [size, region, kind, ...rest] = path.split('/');
	if (!Object.hasOwn(SIZES, size)) {
		throw new Refused(404, `sizes are ${Object.keys(SIZES).join(', ')}`);
	}
	check(isA(WORD, region) && isA(WORD, kind), 'a key is region/kind, words of a-z, 0-9 and -');
	return { size, region, kind, rest };
}

/** The windows of events by key: GET /events/{size}/{region}/{kind}; a WebSocket at …/updates. */
export class events extends Open {
	async get(target) {
		const received = clock.nanos();
		try {
			return await answered(this.getContext(), target, received);
		} catch (failure) {
			return refusal(failure);
		}
	}

	connect(target, incoming) {
		const { size, region, kind, rest } = sizeAndKey(target);
		check(rest.length === 1 && rest[0] === 'updates', 'a key is watched at …/updates');
		const subscriber = { size, region, kind, leastAmount: 0, outbox: new Outbox('untold') };
		return subscription(watchers, { watching: { size, region, kind } }, subscriber, incoming);
	}
}

async function answered(context, target, received) {
	const trail = checkedTrail(header(context, 'hopmeter-trail'));
	const { size, region, kind, rest } = sizeAndKey(target);
	if (rest.length > 0) {
		throw new Refused(404, 'a key is region/kind');
	}
	const length = SIZES[size];
	const now = Number(received.slice(0, 13));
	const to = target.get('to') ? instant(target.get('to'), 'to') : Infinity;
	const from = target.get('from') ? instant(target.get('from'), 'from') : now - (now % length) - 9 * length;
	check(to > from, 'the range is empty');
	check(to === Infinity || (to - from) / length <= MOST_WINDOWS, `the range has at most ${MOST_WINDOWS} windows`);
	const start = from - (from % length);
	const id = (millis) => windowId('events', size, region, kind, millis);
	let since = await windowsBetween(id(start), id(999_999_999_999_999), MOST_WINDOWS);
	const windows = since.filter((window) => window.start >= from && window.start < to);
	if (since.length === 0) {
		since = await windowsBetween(id(0), id(999_999_999_999_999), MOST_WINDOWS);
		if (since.length === 0) {
			throw await unknownKey(size);
		}
	}
	const answer = {
		size,
		region,
		kind,
		through: Math.max(...since.map((window) => window.through)),
		newest: new Date(Math.max(...since.map((window) => window.newest))).toISOString(),
		windows: windows.map((window) => totals(length, window)),
	};
	const read = stamped(stamped(trail, 'received', received), 'read');
	return {
		status: 200,
		headers: { 'Hopmeter-Answered': 'local', ...(read === null ? {} : { 'Hopmeter-Trail': read }) },
		data: answer,
	};
}

async function unknownKey(size) {
	const known = new Set();
	for (const { id } of await windowsBetween(`events/${size}/`, `events/${size}/~`, 10_000)) {
		const [, , region, kind] = id.split('/');
		known.add(`${region}/${kind}`);
		if (known.size === MOST_KNOWN) {
			break;
		}
	}
	const refused = new Refused(404, 'this key has no window');
	refused.more = { known: [...known] };
	return refused;
}

/** Fails where that takes longer; it goes on all the same. */
async function within(millis, promise) {
	let timer;
	const late = new Promise((_, reject) => {
		timer = setTimeout(() => reject(new Error(`not confirmed within ${millis} ms`)), millis);
	});
	try {
		return await Promise.race([promise, late]);
	} finally {
		clearTimeout(timer);
	}
}

/** What is returned is taken for an answer with a status, and not for a body, if it has headers. */
function replied(status, data) {
	return { status, headers: { 'Content-Type': 'application/json' }, data };
}

/** What the load generator asks a node about: GET /about. */
export class about extends Open {
	get() {
		return { notify: NOTIFY, confirmations: CONFIRMATIONS };
	}
}

/**
 * GET /actuator/health/readiness, where every service of Hopmeter says whether it is ready: here, whether another node confirms a
 * write. That is later than the first answer over HTTP.
 */
export class actuator extends Open {
	async get(target) {
		if ([].concat(target.id).join('/') !== 'health/readiness') {
			return refusal(new Refused(404, 'there is health/readiness'));
		}
		try {
			if (unfed !== null) {
				throw new Error(unfed);
			}
			const probe = (context) => Probes.put('readiness', { at: clock.nanos() }, context);
			await within(READY_WITHIN, begun({ replicatedConfirmation: CONFIRMATIONS }, probe).stored);
			return replied(200, { status: 'UP' });
		} catch (failure) {
			return replied(503, { status: 'OUT_OF_SERVICE', detail: String(failure) });
		}
	}
}
