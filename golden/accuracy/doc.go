// Package accuracy compares a power-of-two network with its trained network on images.
//
// It makes two comparisons, which answer different questions. [Layer.Trained] compares
// with the user's float network. Its noise includes rounded weights, number formats and
// saturation: the whole loss that a user of the chip sees. [Layer.Rounded] compares with
// float execution of the same rounded weights. It shows only the loss by the formats of
// the activations. It can be good although the weights are bad.
//
// A ratio is the sum of signal powers over all images divided by the sum of noise powers.
package accuracy
