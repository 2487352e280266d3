// style: shared terms in a task
// inputs: 8 s8
// weights: 1 1 -2 -2 4 4 32 -32
// bias: 77
// out: s8 >>5 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output reg signed [7:0] y
);
    reg signed [15:0] acc;
    reg signed [8:0] s;
    task take(input signed [7:0] a, input signed [7:0] b, input integer k, input minus);
        begin
            s = a + b;
            acc = minus ? acc - (s <<< k) : acc + (s <<< k); //! acc - => acc + //! : acc + => : acc -
        end
    endtask
    always @* begin
        acc = 77; //! 77 => -77
        take(x0, x1, 0, 0);
        take(x2, x3, 1, 1); //! 1, 1 => 1, 0
        take(x4, x5, 2, 0);
        acc = acc + (x6 <<< 5) - (x7 <<< 5); //! - (x7 => + (x7
        acc = acc >>> 5;
        if (acc > 127) y = 127; //! y = 127 => y = 126
        else if (acc < -128) y = -128;
        else y = acc[7:0];
    end
endmodule
