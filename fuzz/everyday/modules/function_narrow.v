// style: saturation in a function with locals
// inputs: 8 s8
// weights: 1 -2 4 8 -1 0 16 -4
// bias: -100
// out: s8 >>3 TRN SAT
module layer_c0 (
    input  signed [7:0] x0, x1, x2, x3, x4, x5, x6, x7,
    output signed [7:0] y
);
    function signed [7:0] narrow(input signed [15:0] a);
        reg signed [12:0] q;
        begin
            q = a >>> 3; //! >>> 3 => / 8
            narrow = q[7:0];
            if (q[12:7] != {6{q[7]}}) narrow = {q[12], {7{~q[12]}}}; //! {7{~q[12]}} => {7{q[12]}}
        end
    endfunction
    wire signed [15:0] a = x0 - (x1 <<< 1) + (x2 <<< 2) + (x3 <<< 3); //! (x3 <<< 3) => (x3 <<< 2)
    wire signed [15:0] b = (x6 <<< 4) - (x7 <<< 2) - x4;
    assign y = narrow(a + b - 100);
endmodule
