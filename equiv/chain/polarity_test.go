package chain

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/hashiflex/hashiflex/equiv/mapped"
	"github.com/hashiflex/hashiflex/fuzz/everyday"
	"github.com/hashiflex/hashiflex/rtl"
	"github.com/hashiflex/hashiflex/rtl/portmap"
	"github.com/hashiflex/hashiflex/rtl/source"
)

// TestPolarity: a reset of the declared polarity is never taken for one of the other, and
// one of the other is found wherever there is a reset.
func TestPolarity(t *testing.T) {
	ms, err := everyday.Sequential(16)
	require.NoError(t, err)
	limits := rtl.Limits{Time: time.Minute, Memory: 8 << 30}
	for _, m := range ms {
		layer, err := mapped.Layer(m.Network.Layer(everyday.Layer), nil)
		require.NoError(t, err)
		inverted := func(flip bool) string {
			pm, err := portmap.Parse("ports.toml", []byte(m.Map))
			require.NoError(t, err)
			p := pm.Protocol()
			if flip {
				if _, low := p.Active[p.Reset]; low {
					delete(p.Active, p.Reset)
				} else {
					p.Active[p.Reset] = 0
				}
			}
			f := &Foreign{Sources: source.One(m.File, m.Text), Protocol: p}
			d, _, err := rtl.Yosys{Limits: limits}.Read(t.Context(), f.Sources)
			require.NoError(t, err)
			f.Adapter, err = pm.Adapt(d, layer)
			require.NoError(t, err)
			return f.Inverted(t.Context(), layer.Units[0].Name, limits)
		}
		require.Empty(t, inverted(false), m.Name)
		if m.Map != "" && m.Name != "no_reset" {
			require.NotEmpty(t, inverted(true), m.Name)
		}
	}
}
