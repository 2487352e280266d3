package rules

// shadowed finds constants of enums that are declared again in an outer or an inner scope.
// Icarus 11 uses the outer one; Yosys and Verilator use the inner one.
func (c *checker) shadowed() {
	for _, m := range c.text.modules {
		for _, d := range m.decls {
			if d.scope == nil {
				continue
			}
			for s := d.scope.parent; s != nil; s = s.parent {
				outer := s.names[d.name]
				if outer == nil || !d.label && !outer.label {
					continue
				}
				c.found(Shadowed, d.pos, "%s is declared around this too, and one of the two is a constant of an enum: not every reader takes the inner one; rename one", d.name)
				break
			}
		}
	}
}
