// Executes models of ONNX. The argument is a JSON file, a list of {model, dims, data,
// half}. Standard output is a list of {Data} or {Error}.
const ort = require('onnxruntime-node');
const fs = require('fs');

// toHalf rounds a float32 of 0..1 to float16.
function toHalf(x) {
  const bits = new Uint32Array(Float32Array.of(x).buffer)[0];
  const e = ((bits >>> 23) & 255) - 112;
  return e <= 0 ? 0 : (e << 10) + (((bits & 0x7fffff) + 0x1000) >>> 13);
}

function ofHalf(h) {
  const sign = h >> 15 ? -1 : 1, e = (h >> 10) & 31, m = h & 1023;
  return sign * (e ? 2 ** (e - 15) * (1 + m / 1024) : 2 ** -14 * m / 1024);
}

async function main() {
  const sessions = {}, out = [];
  for (const job of JSON.parse(fs.readFileSync(process.argv[2]))) {
    try {
      // As the file says, node by node: nothing is fused.
      const session = sessions[job.model] ??= await ort.InferenceSession.create(job.model, { graphOptimizationLevel: 'disabled' });
      const input = job.half
        ? new ort.Tensor('float16', Uint16Array.from(job.data.map(toHalf)), job.dims)
        : new ort.Tensor('float32', Float32Array.from(job.data), job.dims);
      const result = (await session.run({ [session.inputNames[0]]: input }))[session.outputNames[0]];
      let data = Array.from(result.data).map(Number);
      if (result.type === 'float16') {
        data = Array.from(new Uint16Array(result.data.buffer, result.data.byteOffset, result.data.length)).map(ofHalf);
      }
      out.push({ Data: data });
    } catch (e) {
      out.push({ Error: String(e) });
    }
  }
  console.log(JSON.stringify(out));
}

main();
