#include "textflag.h"

// func addBucket(acc *tileSums, windows *uint64, taps *uint16, n int, shift, sign uint64)
TEXT ·addBucket(SB), NOSPLIT, $0-48
	MOVQ acc+0(FP), DX
	MOVQ windows+8(FP), DI
	MOVQ taps+16(FP), SI
	MOVQ n+24(FP), CX
	VPXOR Y0, Y0, Y0 // words 0 to 3
	VPXOR Y1, Y1, Y1 // words 4 to 7
	TESTQ CX, CX
	JEQ  added

tap:
	MOVWLZX (SI), AX
	SHLQ $6, AX // bucketWords words of 8 bytes
	VPADDQ (DI)(AX*1), Y0, Y0
	VPADDQ 32(DI)(AX*1), Y1, Y1
	ADDQ $2, SI
	DECQ CX
	JNE  tap

added:
	VMOVQ shift+32(FP), X7
	VPBROADCASTQ sign+40(FP), Y8

	// Y6 is evenLanes, four times.
	VPCMPEQD Y6, Y6, Y6
	VPSRLD $16, Y6, Y6

	VPAND Y6, Y0, Y2
	VPAND Y6, Y1, Y3
	VPSRLQ $16, Y0, Y4
	VPSRLQ $16, Y1, Y5
	VPAND Y6, Y4, Y4
	VPAND Y6, Y5, Y5
	VPSLLQ X7, Y2, Y2
	VPSLLQ X7, Y3, Y3
	VPSLLQ X7, Y4, Y4
	VPSLLQ X7, Y5, Y5

	// x^sign - sign is -x where sign is all ones.
	VPXOR Y8, Y2, Y2
	VPXOR Y8, Y3, Y3
	VPXOR Y8, Y4, Y4
	VPXOR Y8, Y5, Y5
	VPSUBQ Y8, Y2, Y2
	VPSUBQ Y8, Y3, Y3
	VPSUBQ Y8, Y4, Y4
	VPSUBQ Y8, Y5, Y5
	VPADDQ (DX), Y2, Y2
	VPADDQ 32(DX), Y3, Y3
	VPADDQ 64(DX), Y4, Y4
	VPADDQ 96(DX), Y5, Y5
	VMOVDQU Y2, (DX)
	VMOVDQU Y3, 32(DX)
	VMOVDQU Y4, 64(DX)
	VMOVDQU Y5, 96(DX)
	VZEROUPPER
	RET

// func addEach(row *int64, src *int32, n int, weight int64)
TEXT ·addEach(SB), NOSPLIT, $0-32
	MOVQ row+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	VPBROADCASTQ weight+24(FP), Y0
	SHRQ $2, CX
	JEQ  done

four:
	VPMOVSXDQ (SI), Y1
	VPMULDQ Y0, Y1, Y1
	VPADDQ (DI), Y1, Y1
	VMOVDQU Y1, (DI)
	ADDQ $16, SI
	ADDQ $32, DI
	DECQ CX
	JNE  four

done:
	VZEROUPPER
	RET

// func addEven(row *int64, src *int32, n int, weight int64)
TEXT ·addEven(SB), NOSPLIT, $0-32
	MOVQ row+0(FP), DI
	MOVQ src+8(FP), SI
	MOVQ n+16(FP), CX
	VPBROADCASTQ weight+24(FP), Y0
	SHRQ $2, CX
	JEQ  done

four:
	// The product is that of the lower halves: every other value of src.
	VPMULDQ (SI), Y0, Y1
	VPADDQ (DI), Y1, Y1
	VMOVDQU Y1, (DI)
	ADDQ $32, SI
	ADDQ $32, DI
	DECQ CX
	JNE  four

done:
	VZEROUPPER
	RET

// func clampEach(dst *int32, accs *int64, n int, add, right, less, lo, hi int64)
TEXT ·clampEach(SB), NOSPLIT, $0-64
	MOVQ dst+0(FP), DI
	MOVQ accs+8(FP), SI
	MOVQ n+16(FP), CX
	VPBROADCASTQ add+24(FP), Y8
	VMOVQ right+32(FP), X7
	VPBROADCASTQ less+40(FP), Y9
	VPBROADCASTQ lo+48(FP), Y10
	VPBROADCASTQ hi+56(FP), Y11
	SHRQ $2, CX
	JEQ  done

four:
	VPADDQ (SI), Y8, Y0
	VPSRLQ X7, Y0, Y0
	VPSUBQ Y9, Y0, Y0
	VPCMPGTQ Y11, Y0, Y1
	VPBLENDVB Y1, Y11, Y0, Y0
	VPCMPGTQ Y0, Y10, Y1
	VPBLENDVB Y1, Y10, Y0, Y0

	// The lower halves, side by side.
	VPSHUFD $0x88, Y0, Y0
	VPERMQ $0x08, Y0, Y0
	VMOVDQU X0, (DI)
	ADDQ $32, SI
	ADDQ $16, DI
	DECQ CX
	JNE  four

done:
	VZEROUPPER
	RET
