package chain
import ("testing";"math/rand";"github.com/hashiflex/hashiflex/spec";"github.com/hashiflex/hashiflex/equiv";"github.com/hashiflex/hashiflex/netlist";"github.com/hashiflex/hashiflex/netlist/shiftadd";"os")
func TestZZ(t *testing.T){
 rng := rand.New(rand.NewSource(20260))
 for i,l:=range smallLayers(t,rng){
  if i!=1 && i!=3 {continue}
  o:=knobsFor(l.Op.(*spec.Conv).Acc,i)[0]
  for _,s:=range subjects(t,l,o,func(shiftadd.Unit)bool{return true}) {
   netlist.Dump(os.Stdout,s.gate)
   t.Log(l.Op.(*spec.Conv).Codes, l.Op.(*spec.Conv).Bias, l.AccRange(0), l.AccRange(1), l.Shift(0))
   var vs [][]int64
   r:=l.InRange(0)
   for a:=r.Lo;a<=r.Hi;a++{for b:=r.Lo;b<=r.Hi;b++{for c:=r.Lo;c<=r.Hi;c++{for d:=r.Lo;d<=r.Hi;d++{vs=append(vs,[]int64{a,b,c,d})}}}}
   gold,got,err:=equiv.Execute(s.model,s.gate,s.gate.Outputs[0].Value,vs)
   n:=0
   for j:=range gold { if gold[j]!=got[j]{n++} }
   t.Log("differ",n,err)
   st:=equiv.Settle(s.model,s.gate,s.gate.Outputs[0].Value)
   t.Log(st.Verdict,st.Strategy,st.Reason,st.Detail,st.Acc); if st.Tail!=nil {t.Log(st.Tail.Range,st.Tail.Mul,st.Tail.Add)}
  }
 }
}
