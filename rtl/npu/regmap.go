package npu

// The bus has 24 address bits. The upper two choose a region; what is below
// counts words of 4 bytes.
const (
	RegionRegisters = iota
	RegionDescriptors
	RegionBiases
	RegionWeights
)

// ID is the value of the register of that name: it identifies the head and the revision
// of the register map.
const ID = 0x4846_0001

// The registers, by word.
const (
	RegID = iota
	RegLanes
	RegFeatures
	RegRows
	RegBiases
	RegMaxLayers
	RegControl
	RegStatus
	RegError
	RegLayers
	RegImages
	RegClass
	RegValue
	registerCount
)

// Values of RegControl.
const (
	ControlCommit = 1
	ControlHalt   = 2
)

// Bits of RegStatus.
const (
	StatusReady = 0
	StatusBusy  = 1
)

// Bits of RegError.
const (
	ErrorAddress = iota
	ErrorBusy
	ErrorValue
	ErrorProgram
	ErrorFrame
	ErrorOverflow
	errorCount
)

// LayersSigned is the bit of RegLayers above the count of layers.
const LayersSigned = 8

// Words of a descriptor.
const (
	FieldIn = iota
	FieldOut
	FieldWeights
	FieldBias
	FieldTail
	fieldCount
)

// descriptorWords is how many words lie between two descriptors.
const descriptorWords = 8

// span is a field of a word.
type span struct{ hi, lo int }

func (b span) mask() uint32 { return 1<<(b.hi+1) - 1<<b.lo }

// The fields of FieldTail.
var (
	tailShift    = span{6, 0}
	tailRounding = span{10, 8}
	tailOverflow = span{13, 12}
	tailWidth    = span{21, 16}
	tailSigned   = span{24, 24}
	tailReLU     = span{25, 25}
)

// entry is one row of the register map: a name, where it is, and its contract.
type entry struct {
	Name   string
	At     int
	Access string // "R", "W" or "RW"
	Text   string
}

var regions = []entry{
	{"REGISTERS", RegionRegisters, "", "the registers below"},
	{"DESCRIPTORS", RegionDescriptors, "", "layer k at word 8·k, five words each"},
	{"BIASES", RegionBiases, "RW", "bias b at word b, 32 bits signed"},
	{"WEIGHTS", RegionWeights, "RW", "row r at word r·W, where W is LANES/4 rounded up to a power of two; lane l is byte l of the row. Each byte strobe counts; bytes of lanes that do not exist are ignored and read as 0"},
}

var registers = []entry{
	{"ID", RegID, "R", "0x48460001"},
	{"LANES", RegLanes, "R", "multipliers"},
	{"FEATURES", RegFeatures, "R", "greatest number of features of a layer"},
	{"ROWS", RegRows, "R", "weight rows"},
	{"BIASES", RegBiases, "R", "bias words"},
	{"MAX_LAYERS", RegMaxLayers, "R", "descriptors"},
	{"CONTROL", RegControl, "RW", "1 commits the program: it is checked and images are taken from then on. 2 halts: no image begins. Nothing else is a legal value. Reads as 0"},
	{"STATUS", RegStatus, "R", "bit 0 ready: a committed program; bit 1 busy: an image is in flight, from its first feature to its last logit"},
	{"ERROR", RegError, "RW", "what went wrong, until cleared; writing a 1 clears the bit. May be written while busy"},
	{"LAYERS", RegLayers, "RW", "bits 7..0 the number of layers; bit 8: the features of an image are signed. Writing clears ready"},
	{"IMAGES", RegImages, "R", "images completed, modulo 2^32"},
	{"CLASS", RegClass, "R", "where the last completed image's greatest logit is; of equal ones the first"},
	{"VALUE", RegValue, "R", "that logit, 32 bits signed"},
}

var controls = []entry{
	{"COMMIT", ControlCommit, "", ""},
	{"HALT", ControlHalt, "", ""},
}

var errorBits = []entry{
	{"ADDRESS", ErrorAddress, "", "an access to no word, or a write to one that is only read; SLVERR"},
	{"BUSY", ErrorBusy, "", "a write, or a read of biases or weights, while an image is in flight; SLVERR"},
	{"VALUE", ErrorValue, "", "a write with reserved bits set, an illegal value, or (except to weights) less than four bytes; SLVERR"},
	{"PROGRAM", ErrorProgram, "", "a commit of a program that does not fit; SLVERR"},
	{"FRAME", ErrorFrame, "", "an image that ended too early, or did not end where it should: it is dropped, through its last beat, and gives no logits"},
	{"OVERFLOW", ErrorOverflow, "", "a sum of the last image left 32 bits and was kept modulo 2^32; set when the image completes"},
}

var fields = []entry{
	{"IN", FieldIn, "RW", "features of the layer, 16 bits"},
	{"OUT", FieldOut, "RW", "outputs of the layer, 16 bits"},
	{"WEIGHTS", FieldWeights, "RW", "its first weight row, 20 bits. Output o, feature i: row + ⌊o/LANES⌋·IN + i, lane o mod LANES"},
	{"BIAS", FieldBias, "RW", "its first bias, 16 bits; output o has bias BIAS + o"},
	{"TAIL", FieldTail, "RW", "how a sum becomes an output, below"},
}

// tailField is a field of the tail word.
type tailField struct {
	Name string
	bits span
	Text string
}

var tails = []tailField{
	{"SHIFT", tailShift, "places to the right, signed, -31..33; negative is to the left"},
	{"ROUNDING", tailRounding, "0 TRN, 1 TRN_ZERO, 2 RND, 3 RND_ZERO, 4 RND_INF, 5 RND_MIN_INF, 6 RND_CONV"},
	{"OVERFLOW", tailOverflow, "0 WRAP, 1 SAT, 2 SAT_ZERO, 3 SAT_SYM"},
	{"WIDTH", tailWidth, "of the output: 1..8 between layers; in the last layer 1..32 with a sign, 1..31 without"},
	{"SIGNED", tailSigned, "the output has a sign"},
	{"RELU", tailReLU, "an output below 0 becomes 0"},
}

// Address is the byte address of a word of a region.
func Address(region, word int) uint32 { return uint32(region)<<22 | uint32(word)<<2 }

// Register is the byte address of a register.
func Register(reg int) uint32 { return Address(RegionRegisters, reg) }

// Descriptor is the byte address of a word of layer k's descriptor.
func Descriptor(k, field int) uint32 { return Address(RegionDescriptors, k*descriptorWords+field) }
