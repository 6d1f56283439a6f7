// In a worker's scope this module answers messages by itself; it must stay the only import, so that the bundler makes
// one self-contained worker script out of it.
import 'elkjs/lib/elk-worker.min.js';
