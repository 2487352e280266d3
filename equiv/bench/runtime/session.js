// Executes the model that job.json names, {model, threads, atOnce, dims, data}: so many images
// at once, each on so many threads. The first line of
// standard output is {Data} or {Error}. Then each line of standard input is a number of
// images, answered by a line {Wall, Busy} in seconds, or {Error}. Busy is the processor
// time of all threads of this process.
const fs = require('fs');
const readline = require('readline');

const say = (answer) => fs.writeSync(1, JSON.stringify(answer) + '\n');

async function main() {
  const ort = require('onnxruntime-node');
  const job = JSON.parse(fs.readFileSync('job.json'));
  const sessions = [];
  for (let i = 0; i < job.atOnce; i++) {
    sessions.push(await ort.InferenceSession.create(job.model, {
      executionProviders: ['cpu'], graphOptimizationLevel: 'all',
      executionMode: 'sequential', intraOpNumThreads: job.threads, interOpNumThreads: 1,
    }));
  }
  const feed = { [sessions[0].inputNames[0]]: new ort.Tensor('float32', Float32Array.from(job.data), job.dims) };
  const name = sessions[0].outputNames[0];
  const outs = await Promise.all(sessions.map((session) => session.run(feed)));
  say({ Data: Array.from(outs[0][name].data) });
  for await (const line of readline.createInterface({ input: process.stdin })) {
    const begin = process.hrtime.bigint(), before = process.cpuUsage();
    let left = Number(line);
    await Promise.all(sessions.map(async (session) => {
      while (left-- > 0) {
        await session.run(feed);
      }
    }));
    const busy = process.cpuUsage(before);
    say({ Wall: Number(process.hrtime.bigint() - begin) / 1e9, Busy: (busy.user + busy.system) / 1e6 });
  }
}

main().catch((e) => say({ Error: String(e) }));
