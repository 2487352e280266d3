package npu

import "fmt"

// Name is the meaning of a byte address, in words of the register map: "CONTROL",
// "layer 1 TAIL", "bias 3", "weights, word 17". Whether the word exists depends on
// the head's sizes.
func Name(address uint32) string {
	region, word := int(address>>22), int(address>>2&(1<<20-1))
	name := ""
	switch region {
	case RegionRegisters:
		if word < registerCount {
			name = registers[word].Name
		}
	case RegionDescriptors:
		if field := word % descriptorWords; field < fieldCount {
			name = fmt.Sprintf("layer %d %s", word/descriptorWords, fields[field].Name)
		}
	case RegionBiases:
		name = fmt.Sprintf("bias %d", word)
	case RegionWeights:
		name = fmt.Sprintf("weights, word %d", word)
	}
	if name == "" || address&3 != 0 || region > RegionWeights {
		return fmt.Sprintf("%#06x", address)
	}
	return name
}
