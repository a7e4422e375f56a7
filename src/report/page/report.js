// The run's output: only the lines in view are in the page, so that a hundred thousand scroll like ten.
'use strict';

const ROW = 18;  // pixels, as in the style
const SPARE = 20;

async function unpack(base64) {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}

function parse(line) {
  const [when, build, level] = line.split(' ', 3);
  const text = line.slice(when.length + build.length + level.length + 3);
  return { when: Number(when) / 1000, build: Number(build), isError: level === 'e', text };
}

function clock(seconds) {
  const minutes = Math.floor(seconds / 60);
  return minutes + ':' + (seconds - 60 * minutes).toFixed(1).padStart(4, '0');
}

class Log {
  constructor(lines, names) {
    this.lines = lines;
    this.names = names;
    this.box = document.getElementById('log');
    this.list = this.box.querySelector('ol');
    this.height = this.box.querySelector('div');
    this.build = document.getElementById('log-build');
    this.words = document.getElementById('log-words');
    this.count = document.getElementById('log-count');
    this.build.addEventListener('change', () => this.filter());
    this.words.addEventListener('input', () => this.filter());
    this.box.addEventListener('scroll', () => this.draw());
    this.filter();
  }

  filter() {
    const build = this.build.value;
    const words = this.words.value.toLowerCase();
    this.shown = this.lines.filter((line) =>
      (build === '' || (build === 'errors' ? line.isError : line.build === Number(build))) &&
      (words === '' || line.text.toLowerCase().includes(words)));
    this.height.style.height = this.shown.length * ROW + 'px';
    this.count.textContent = this.shown.length + ' of ' + this.lines.length + ' lines';
    this.draw();
  }

  draw() {
    const first = Math.max(0, Math.floor(this.box.scrollTop / ROW) - SPARE);
    const last = Math.min(this.shown.length, first + Math.ceil(this.box.clientHeight / ROW) + 2 * SPARE);
    this.list.style.top = first * ROW + 'px';
    this.list.replaceChildren(...this.shown.slice(first, last).map((line) => this.row(line)));
  }

  row(line) {
    const item = document.createElement('li');
    const time = document.createElement('time');
    time.textContent = clock(line.when);
    const name = line.build < 0 || this.names.length === 1 ? '' : this.names[line.build] + ': ';
    item.append(time, name + line.text);
    item.className = line.isError ? 'error' : '';
    return item;
  }
}

async function main() {
  const text = await unpack(document.getElementById('log-data').textContent.trim());
  const lines = text.split('\n').slice(0, -1).map(parse);
  const names = JSON.parse(document.getElementById('build-names').textContent);
  document.body.log = new Log(lines, names);
}

main().catch((error) => {
  document.getElementById('log-count').textContent = 'This browser can not unpack the output (' + error + ').';
});
