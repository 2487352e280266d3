// Package accuracy measures what a power-of-two network lost against the network that
// was trained, on images.
//
// Two comparisons are made, and they answer different questions. [Layer.Trained] is
// against the float network that was brought: rounded weights, number formats and
// saturation are all part of the noise, and this is what a user of the chip sees.
// [Layer.Rounded] is against float execution of the same rounded weights: it says what
// the formats of the activations lose, and nothing of what the weights lost. It can be
// best where the network is worst.
//
// Powers of signal and noise are added up over all images before a ratio is taken.
package accuracy
