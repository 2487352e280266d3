// Executes the model that job.json names, {model, threads, dims, data}. The first line of
// standard output is {Data} or {Error}. Then each line of standard input is a number of
// images, answered by a line {Wall, Busy} in seconds, or {Error}. Busy is the processor
// time of all threads of this process.
const fs = require('fs');
const readline = require('readline');

const say = (answer) => fs.writeSync(1, JSON.stringify(answer) + '\n');

async function main() {
  const ort = require('onnxruntime-node');
  const job = JSON.parse(fs.readFileSync('job.json'));
  const session = await ort.InferenceSession.create(job.model, {
    executionProviders: ['cpu'], graphOptimizationLevel: 'all',
    executionMode: 'sequential', intraOpNumThreads: job.threads, interOpNumThreads: 1,
  });
  const feed = { [session.inputNames[0]]: new ort.Tensor('float32', Float32Array.from(job.data), job.dims) };
  const name = session.outputNames[0];
  say({ Data: Array.from((await session.run(feed))[name].data) });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const begin = process.hrtime.bigint(), before = process.cpuUsage();
    for (let i = 0; i < Number(line); i++) {
      await session.run(feed);
    }
    const busy = process.cpuUsage(before);
    say({ Wall: Number(process.hrtime.bigint() - begin) / 1e9, Busy: (busy.user + busy.system) / 1e6 });
  }
}

main().catch((e) => say({ Error: String(e) }));
