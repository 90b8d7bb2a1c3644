// Runs forms in ODK Web Forms' engine: a request as one line of JSON on stdin, the answer as one line on stdout.
// The page it needs is jsdom's, which is not a browser.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { pathToFileURL } from 'node:url';

// packages are looked for in the working folder, where they were installed, and not beside this file
const require = createRequire(join(process.cwd(), 'package.json'));
const { JSDOM } = require('jsdom');

const page = new JSDOM('<!doctype html><html><body></body></html>', { url: 'http://localhost/' }).window;
for (const name of Object.getOwnPropertyNames(page)) {
	if (/^(DOM|XML|XPath|Node|Document|Element|Text|Attr|Comment|CDATA|Processing|HTML)/.test(name)) {
		globalThis[name] ??= page[name];
	}
}
globalThis.document = page.document;
globalThis.window = globalThis;
globalThis.require = require; // the parser inside the engine looks for these when it sees node
globalThis.__dirname = process.cwd();

const answer = process.stdout.write.bind(process.stdout);
console.log = console.warn = console.error = () => {};
const entry = join(process.cwd(), 'node_modules', '@getodk', 'xforms-engine', 'dist', 'index.js');
const engine = await import(pathToFileURL(entry).href);

class Peer {
	constructor(folder) {
		this.folder = folder;
	}

	async load(xml) {
		const fetchFormAttachment = async (url) => {
			try {
				return new Response(readFileSync(join(this.folder, basename(url.pathname))), { status: 200 });
			} catch {
				return new Response('', { status: 404 });
			}
		};
		const form = await engine.loadForm(xml, {
			fetchFormAttachment,
			missingResourceBehavior: engine.constants.MISSING_RESOURCE_BEHAVIOR.BLANK,
		});
		if (form.status === 'failure') throw form.error;
		this.root = form.createInstance().root;
		this.kept = new Map();
	}

	*below(node = this.root) {
		for (const child of node.currentState.children ?? []) {
			yield child;
			yield* this.below(child);
		}
	}

	node(ref) {
		const wanted = ref.split('/').slice(2);
		let found = this.root;
		for (const step of wanted) {
			const [, name, position] = /^([^[]+)(?:\[(\d+)\])?$/.exec(step);
			found = found.currentState.children.find((child) => child.definition.nodeName === name
				|| child.currentState.reference.split('/').at(-1).replace(/\[\d+\]$/, '') === name);
			if (!found) throw new Error(`no such node: ${ref}`);
			if (position) found = found.currentState.children[position - 1];
			if (!found) throw new Error(`no such node: ${ref}`);
		}
		return found;
	}

	step([what, ref, value]) {
		if (what === 'set') set(this.node(ref), value);
		else if (what === 'add') this.node(ref).addInstances();
		else {
			const [, range, position] = /^(.*)\[(\d+)\]$/.exec(ref);
			this.node(range).removeInstances(Number(position) - 1, 1);
		}
	}

	dump() {
		const found = {};
		for (const node of this.below()) {
			const state = node.currentState;
			if (state.children !== null && state.children !== undefined) continue;
			const ref = state.reference;
			if (/meta\//.test(ref)) continue;
			found[ref] = [
				state.instanceValue,
				state.relevant,
				state.required,
				state.readonly,
				!state.relevant || (node.validationState?.violation ?? null) === null,
				state.valueOptions?.map((option) => option.value) ?? null,
			];
		}
		return found;
	}
}

const chosen = (node, value) => {
	if (value === '') return [];
	return node.selectType === 'select1' ? [value] : value.split(' ');
};

const set = (node, value) => {
	if (node.nodeType === 'select') node.selectValues(chosen(node, value));
	else if (node.nodeType === 'model-value') throw new Error('nobody answers this');
	else node.setValue(value);
};

const play = async (request) => {
	const peer = new Peer(request.folder ?? '.');
	await peer.load(request.xml);
	const dumps = [peer.dump()];
	for (const step of request.steps) {
		try {
			peer.step(step);
			dumps.push(peer.dump());
		} catch (error) {
			dumps.push({ '!': String(error) });
		}
	}
	return { dumps };
};

// milliseconds of this process alone and on the clock
const timed = async (work) => {
	const cpu = process.cpuUsage();
	const start = performance.now();
	await work();
	const wall = performance.now() - start;
	const { user, system } = process.cpuUsage(cpu);
	return [(user + system) / 1000, wall];
};

const bench = async (request) => {
	const peer = new Peer(request.folder ?? '.');
	const found = { load: [] };
	for (let time = 0; time < request.loads; time += 1) {
		found.load.push(await timed(() => peer.load(request.xml)));
	}
	for (const step of request.before) peer.step(step);
	for (const work of request.work) {
		const node = work.ref === undefined ? null : peer.node(work.ref);
		const shown = work.shown === undefined ? null : peer.node(work.shown);
		found[work.name] = [];
		for (let time = 0; time < work.times; time += 1) {
			const value = work.values?.[time % work.values.length];
			found[work.name].push(await timed({
				set: () => set(node, value),
				list: () => {
					set(node, value);
					if (shown.currentState.valueOptions.length === 0) throw new Error('no choices');
				},
				add: () => node.addInstances(),
				serialise: () => peer.root.instanceState.instanceXML,
			}[work.what]));
		}
	}
	found.rss_mb = process.memoryUsage().rss / 1e6;
	found.total = peer.dump()['/data/total'];
	return found;
};

for await (const line of createInterface({ input: process.stdin })) {
	let found;
	try {
		const request = JSON.parse(line);
		found = await (request.do === 'play' ? play : bench)(request);
	} catch (error) {
		found = { error: String(error) };
	}
	answer(`${JSON.stringify(found)}\n`);
}
