package onnx

import (
	"slices"
	"strings"
)

// Operator sets of the domain ai.onnx. Nothing older than oldestOpset is read.
// newestOpset is the newest set whose operations the table was compared with.
// Operations of a newer set are refused by name, since their meaning is not known.
const (
	oldestOpset = 7
	newestOpset = 25
)

// operation is a row of the table: everything about one kind of node.
type operation struct {
	// versions are the operator sets that define the operation anew, from the
	// definition of oldestOpset up to newestOpset. The comment in a row says what
	// changed for the networks that are read here. Versions that it does not mention
	// only added element types.
	versions []int64
	// inputs is the largest number of inputs of a node; many: no limit.
	inputs     int
	attributes []attribute
	read       func(t *translator, n *nodeProto, a *attrs) *value
}

// many stands for no limit of inputs.
const many = maxNodes

// attribute is one that an operation has in versions from..until; until 0 means all
// later versions.
type attribute struct {
	name        string
	from, until int64
}

// operations has every operation that the importer reads.
var operations = map[string]operation{
	"Conv": {[]int64{1, 11, 22}, 3, attributes("auto_pad", "dilations", "group", "kernel_shape", "pads", "strides"),
		(*translator).conv},
	// 9 lost spatial, 14 got training_mode.
	"BatchNormalization": {[]int64{7, 9, 14, 15}, 5, append(attributes("epsilon", "momentum"),
		attribute{"spatial", 7, 8}, attribute{"training_mode", 14, 0}), (*translator).batchNorm},
	// From 11 on the bounds are inputs.
	"Clip": {[]int64{6, 11, 12, 13}, 3, []attribute{{"min", 6, 10}, {"max", 6, 10}}, (*translator).clip},
	"Relu": {[]int64{6, 13, 14}, 1, nil, (*translator).relu},
	// From 8 on inputs are broadcast.
	"Max": {[]int64{6, 8, 12, 13}, many, nil, (*translator).extreme},
	"Min": {[]int64{6, 8, 12, 13}, many, nil, (*translator).extreme},
	"Add": {[]int64{7, 13, 14}, 2, nil, (*translator).binary},
	"Sub": {[]int64{7, 13, 14}, 2, nil, (*translator).binary},
	"Sum": {[]int64{6, 8, 13}, many, nil, (*translator).sum},
	"Neg": {[]int64{6, 13}, 1, nil, (*translator).negated},
	"Mul": {[]int64{7, 13, 14}, 2, nil, (*translator).binary},
	"Div": {[]int64{7, 13, 14}, 2, nil, (*translator).binary},

	// 8 got indices as an output, 10 ceil_mode and dilations.
	"MaxPool": {[]int64{1, 8, 10, 11, 12, 22}, 1, append(attributes("auto_pad", "kernel_shape", "pads", "strides"),
		attribute{"storage_order", 8, 0}, attribute{"ceil_mode", 10, 0}, attribute{"dilations", 10, 0}), (*translator).maxPool},
	"GlobalMaxPool":     {[]int64{1, 22}, 1, nil, (*translator).globalMax},
	"GlobalAveragePool": {[]int64{1, 22}, 1, nil, (*translator).globalPool},
	// 10 got ceil_mode, 19 dilations.
	"AveragePool": {[]int64{7, 10, 11, 19, 22}, 1, append(attributes("auto_pad", "kernel_shape", "pads", "strides", "count_include_pad"),
		attribute{"ceil_mode", 10, 0}, attribute{"dilations", 19, 0}), (*translator).averagePool},
	// From 18 on the axes are an input, and noop_with_empty_axes says what none mean.
	"ReduceMean": {[]int64{1, 11, 13, 18}, 2, []attribute{{"keepdims", 1, 0}, {"axes", 1, 17}, {"noop_with_empty_axes", 18, 0}},
		(*translator).reduceMean},
	"ReduceMax": {[]int64{1, 11, 12, 13, 18, 20}, 2, []attribute{{"keepdims", 1, 0}, {"axes", 1, 17}, {"noop_with_empty_axes", 18, 0}},
		(*translator).reduceMax},

	// From 11 on axis may be negative.
	"Flatten": {[]int64{1, 9, 11, 13, 21, 23, 24, 25}, 1, attributes("axis"), (*translator).flatten},
	// 14 got allowzero.
	"Reshape": {[]int64{5, 13, 14, 19, 21, 23, 24, 25}, 2, []attribute{{"allowzero", 14, 0}}, (*translator).reshape},
	// From 13 on the axes are an input.
	"Squeeze":   {[]int64{1, 11, 13, 21, 23, 24, 25}, 2, []attribute{{"axes", 1, 12}}, (*translator).squeeze},
	"Transpose": {[]int64{1, 13, 21, 23, 24, 25}, 1, attributes("perm"), (*translator).transpose},
	// From 11 on pads and value are inputs; 18 got the axes.
	"Pad": {[]int64{2, 11, 13, 18, 19, 21, 23, 24, 25}, 4, []attribute{{"mode", 2, 0}, {"pads", 2, 10}, {"value", 2, 10}},
		(*translator).pad},

	// From 11 on the bias is optional; here it is before, too.
	"Gemm":   {[]int64{7, 9, 11, 13}, 3, attributes("alpha", "beta", "transA", "transB"), (*translator).gemm},
	"MatMul": {[]int64{1, 9, 13}, 2, nil, (*translator).matMul},
	// Up to 12 everything from the axis on is one vector; from 13 on the axis alone is.
	"Softmax":    {[]int64{1, 11, 13}, 1, attributes("axis"), (*translator).softmax},
	"LogSoftmax": {[]int64{1, 11, 13}, 1, attributes("axis"), (*translator).softmax},
	"Sigmoid":    {[]int64{6, 13}, 1, nil, (*translator).sigmoid},
	// From 11 on axis may be negative; 12 got select_last_index.
	"ArgMax": {[]int64{1, 11, 12, 13}, 1, []attribute{{"axis", 1, 0}, {"keepdims", 1, 0}, {"select_last_index", 12, 0}}, (*translator).argMax},

	// 15 got start and end. This and the next ones are mostly of constants; see constants.go.
	"Shape": {[]int64{1, 13, 15, 19, 21, 23, 24, 25}, 1, []attribute{{"start", 15, 0}, {"end", 15, 0}}, (*translator).shapeOf},
	// From 11 on indices may be negative.
	"Gather": {[]int64{1, 11, 13}, 2, attributes("axis"), (*translator).constantsAlone},
	// From 13 on the axes are an input.
	"Unsqueeze": {[]int64{1, 11, 13, 21, 23, 24, 25}, 2, []attribute{{"axes", 1, 12}}, (*translator).unsqueeze},
	// From 11 on axis may be negative.
	"Concat": {[]int64{4, 11, 13}, many, attributes("axis"), (*translator).concat},
	// From 10 on the bounds are inputs.
	"Slice":      {[]int64{1, 10, 11, 13}, 5, []attribute{{"starts", 1, 9}, {"ends", 1, 9}, {"axes", 1, 9}}, (*translator).slice},
	"Pow":        {[]int64{7, 12, 13, 15}, 2, nil, (*translator).constantsAlone},
	"Sqrt":       {[]int64{6, 13}, 1, nil, (*translator).constantsAlone},
	"Reciprocal": {[]int64{6, 13}, 1, nil, (*translator).constantsAlone},
	// From 18 on the axes are an input.
	"ReduceProd": {[]int64{1, 11, 13, 18}, 2, []attribute{{"keepdims", 1, 0}, {"axes", 1, 17}, {"noop_with_empty_axes", 18, 0}},
		(*translator).constantsAlone},
	"ConstantOfShape": {[]int64{9, 20, 21, 23, 24, 25}, 1, attributes("value"), (*translator).constantsAlone},
	"Expand":          {[]int64{8, 13}, 2, nil, (*translator).constantsAlone},

	// From 11 on axis may be negative; from 13 on the parts are an input; 18 got num_outputs.
	"Split": {[]int64{2, 11, 13, 18}, 2, []attribute{{"axis", 2, 0}, {"split", 2, 12}, {"num_outputs", 18, 0}}, (*translator).split},

	// 12 got the values that are no tensors.
	"Constant": {[]int64{1, 9, 11, 12, 13, 19, 21, 23, 24, 25}, 0, []attribute{{"value", 1, 0}, {"sparse_value", 11, 0},
		{"value_float", 12, 0}, {"value_floats", 12, 0}, {"value_int", 12, 0}, {"value_ints", 12, 0},
		{"value_string", 12, 0}, {"value_strings", 12, 0}}, (*translator).constant},
	// The axis is of a scale for each channel. 19 got saturate, 21 block_size and
	// output_dtype, 23 precision.
	"QuantizeLinear": {[]int64{10, 13, 19, 21, 23, 24, 25}, 3, []attribute{{"axis", 13, 0}, {"saturate", 19, 0}, {"block_size", 21, 0},
		{"output_dtype", 21, 0}, {"precision", 23, 0}}, (*translator).quantizeLinear},
	"DequantizeLinear": {[]int64{10, 13, 19, 21, 23, 24, 25}, 3, []attribute{{"axis", 13, 0}, {"block_size", 21, 0}, {"output_dtype", 23, 0}},
		(*translator).dequantizeLinear},
	"Quant": {[]int64{1}, 4, attributes("signed", "narrow", "rounding_mode"), (*translator).quant},

	"Identity": {[]int64{1, 13, 14, 16, 19, 21, 23, 24, 25}, 1, nil, (*translator).identity},
	// Up to 11 a node is in test mode; from 12 on ratio and training_mode are inputs.
	"Dropout": {[]int64{7, 10, 12, 13, 22}, 3, []attribute{{"ratio", 7, 11}, {"seed", 12, 0}}, (*translator).dropout},
	// 19 got saturate and 24 round_mode, both for 8 bits and less.
	"Cast": {[]int64{6, 9, 13, 19, 21, 23, 24, 25}, 1, []attribute{{"to", 6, 0}, {"saturate", 19, 0}, {"round_mode", 24, 0}},
		(*translator).cast},
}

// domains are the domains of operations that are not ONNX's own. QONNX has had two
// names.
var domains = map[string][]string{
	"Quant": {"qonnx.custom_op.general", "onnx.brevitas"},
}

// inDomain reports whether an operation is one of a domain.
func inDomain(op, domain string) bool {
	if own, ok := domains[op]; ok {
		return slices.Contains(own, domain)
	}
	return domain == "" || domain == "ai.onnx"
}

// Reasons that several operations have.
const (
	aMultiplier = "the hardware would need a multiplier for each value; train with Relu or Clip in its place"
	aTable      = "the hardware would need a table for each value; train with Relu or Clip in its place"
	ofTheData   = "the hardware would need statistics of each image, a divider and a multiplier for each value; train with BatchNormalization in its place"
	upwards     = "the hardware makes no frame larger than the one before; a network that classifies needs none"
	ofTime      = "the hardware keeps no state from step to step; a network of convolutions has none"
)

// needed has operations that exporters write and the importer does not read, with what
// they would need.
var needed = map[string]string{
	"HardSwish":       aMultiplier,
	"HardSigmoid":     aMultiplier,
	"Sigmoid":         "the hardware would need a table for each value; train with Relu or Clip in its place, and without squeeze-and-excite; only at the end of a model it can be left out",
	"LeakyRelu":       "the hardware has no slope below 0; train with Relu or Clip in its place",
	"PRelu":           "the hardware has no slope below 0; train with Relu or Clip in its place",
	"ThresholdedRelu": "the hardware has no threshold; train with Relu or Clip in its place",
	"Abs":             "the hardware has no absolute value; train with Relu or Clip in its place",
	"Elu":             aTable, "Selu": aTable, "Celu": aTable, "Gelu": aTable, "Mish": aTable, "Swish": aTable, "Tanh": aTable, "Softplus": aTable,
	"Softsign": aTable, "Erf": aTable, "Exp": aTable, "Log": aTable, "Sqrt": aTable, "Reciprocal": aTable,
	"Pow":                   "the hardware would need a multiplier for each value; train with Relu or Clip in its place",
	"InstanceNormalization": ofTheData, "LayerNormalization": ofTheData, "GroupNormalization": ofTheData, "RMSNormalization": ofTheData,
	"LRN": ofTheData, "LpNormalization": ofTheData, "MeanVarianceNormalization": ofTheData,
	"ConvTranspose": upwards, "Resize": upwards, "Upsample": upwards, "DepthToSpace": upwards, "MaxUnpool": upwards,
	"SpaceToDepth": "the hardware does not move rows and columns to channels; use a convolution with a stride",
	"LSTM":         ofTime, "GRU": ofTime, "RNN": ofTime, "Loop": ofTime, "Scan": ofTime,
	"If":        "the hardware has no branches; export with constant folding, so that the one branch that is taken is left",
	"LpPool":    "the hardware would need a multiplier for each value; use AveragePool or MaxPool",
	"ReduceSum": "of feature maps the mean is read; use GlobalAveragePool or ReduceMean", "ReduceMin": "use ReduceMax of what is negated",
	"Gather": "of feature maps, parts of the channels are read from Split and Slice",
	"Einsum": "give Gemm, MatMul or Conv", "TopK": "leave it to the host; end the model before it, with --model-output",
	"NonMaxSuppression":     "leave it to the host; end the model before it, with --model-output",
	"Attention":             "the hardware would need products of activations, a multiplier and storage for each; a network of convolutions has none",
	"QLinearConv":           "it computes in integers; export the model in QDQ format, with QuantizeLinear and DequantizeLinear",
	"QLinearMatMul":         "it computes in integers; export the model in QDQ format, with QuantizeLinear and DequantizeLinear",
	"ConvInteger":           "it computes in integers; export the model in QDQ format, with QuantizeLinear and DequantizeLinear",
	"DynamicQuantizeLinear": "the hardware has no scale that depends on the data; quantize statically",
	"BipolarQuant":          "weights of one bit have no zero; use Quant of two bits, narrow",
	"Trunc":                 "use Quant with rounding_mode FLOOR",
}

func attributes(names ...string) []attribute {
	var all []attribute
	for _, n := range names {
		all = append(all, attribute{name: n})
	}
	return all
}

// version is the newest definition of the operation in an operator set.
func (o operation) version(opset int64) int64 {
	v := o.versions[0]
	for _, since := range o.versions {
		if since <= opset {
			v = since
		}
	}
	return v
}

// takes reports whether a version of the operation has an attribute.
func (o operation) takes(name string, version int64) bool {
	return slices.ContainsFunc(o.attributes, func(a attribute) bool {
		return a.name == name && version >= a.from && (a.until == 0 || version <= a.until)
	})
}

// attributeNames are those of a version.
func (o operation) attributeNames(version int64) string {
	var names []string
	for _, a := range o.attributes {
		if o.takes(a.name, version) {
			names = append(names, a.name)
		}
	}
	slices.Sort(names)
	return strings.Join(append(names, "nothing else"), ", ")
}

func operationNames() string {
	var names []string
	for n := range operations {
		names = append(names, n)
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
