#include "textflag.h"

// A tile of four channels is finished: accumulators Y0, Y1 of channel 0 to Y6, Y7 of channel 3
// take the channel's constant, shift and clamp, and are stored in a row at R10. Rows are R9
// bytes apart, and R8 has the struct channels.
#define FINISH(lo8, hi8, channel) \
	VPBROADCASTD (32+4*channel)(R8), Y8 \
	VPADDD Y8, lo8, lo8 \
	VPADDD Y8, hi8, hi8 \
	VMOVQ (80+8*channel)(R8), X9 \
	VPSRAD X9, lo8, lo8 \
	VPSRAD X9, hi8, hi8 \
	VPBROADCASTD (64+4*channel)(R8), Y8 \
	VPMINSD Y8, lo8, lo8 \
	VPMINSD Y8, hi8, hi8 \
	VPBROADCASTD (48+4*channel)(R8), Y8 \
	VPMAXSD Y8, lo8, lo8 \
	VPMAXSD Y8, hi8, hi8 \
	VMOVDQU lo8, (R10) \
	VMOVDQU hi8, 32(R10) \
	ADDQ R9, R10

// func dot256(dst *int32, pitch int, windows *uint32, tiles int, q *channels)
TEXT ·dot256(SB), NOSPLIT, $0-40
	MOVQ dst+0(FP), DX
	MOVQ pitch+8(FP), R9
	SHLQ $2, R9
	MOVQ windows+16(FP), DI
	MOVQ tiles+24(FP), BX
	MOVQ q+32(FP), R8

tile:
	MOVQ (R8), SI    // weights
	MOVQ 24(R8), CX // pairs
	VPXOR Y0, Y0, Y0
	VPXOR Y1, Y1, Y1
	VPXOR Y2, Y2, Y2
	VPXOR Y3, Y3, Y3
	VPXOR Y4, Y4, Y4
	VPXOR Y5, Y5, Y5
	VPXOR Y6, Y6, Y6
	VPXOR Y7, Y7, Y7

pair:
	VMOVDQU (DI), Y8
	VMOVDQU 32(DI), Y9
	VPBROADCASTD (SI), Y10
	VPBROADCASTD 4(SI), Y11
	VPBROADCASTD 8(SI), Y12
	VPBROADCASTD 12(SI), Y13
	VPMADDWD Y8, Y10, Y14
	VPMADDWD Y9, Y10, Y15
	VPADDD Y14, Y0, Y0
	VPADDD Y15, Y1, Y1
	VPMADDWD Y8, Y11, Y14
	VPMADDWD Y9, Y11, Y15
	VPADDD Y14, Y2, Y2
	VPADDD Y15, Y3, Y3
	VPMADDWD Y8, Y12, Y14
	VPMADDWD Y9, Y12, Y15
	VPADDD Y14, Y4, Y4
	VPADDD Y15, Y5, Y5
	VPMADDWD Y8, Y13, Y14
	VPMADDWD Y9, Y13, Y15
	VPADDD Y14, Y6, Y6
	VPADDD Y15, Y7, Y7
	ADDQ $64, DI
	ADDQ $16, SI
	DECQ CX
	JNE  pair

	MOVQ DX, R10
	FINISH(Y0, Y1, 0)
	FINISH(Y2, Y3, 1)
	FINISH(Y4, Y5, 2)
	FINISH(Y6, Y7, 3)
	ADDQ $64, DX
	DECQ BX
	JNE  tile
	VZEROUPPER
	RET

// func weigh256(dst *int32, n int, src *int32, offsets *int, weights *int32, taps int, t *wordTail)
TEXT ·weigh256(SB), NOSPLIT, $0-56
	MOVQ dst+0(FP), DI
	MOVQ n+8(FP), BX
	MOVQ src+16(FP), SI
	MOVQ offsets+24(FP), R8
	MOVQ weights+32(FP), R9
	MOVQ taps+40(FP), R10
	MOVQ t+48(FP), R11
	VPBROADCASTD (R11), Y8
	VPBROADCASTD 4(R11), Y9
	VPBROADCASTD 8(R11), Y10
	VMOVQ 16(R11), X11
	SHRQ $3, BX
	JEQ  done

eight:
	VMOVDQA Y8, Y0
	XORQ CX, CX

tap:
	MOVQ (R8)(CX*8), AX
	VPBROADCASTD (R9)(CX*4), Y1
	VPMULLD (SI)(AX*4), Y1, Y2
	VPADDD Y2, Y0, Y0
	INCQ CX
	CMPQ CX, R10
	JLT  tap

	VPSRAD X11, Y0, Y0
	VPMINSD Y10, Y0, Y0
	VPMAXSD Y9, Y0, Y0
	VMOVDQU Y0, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	DECQ BX
	JNE  eight

done:
	VZEROUPPER
	RET
