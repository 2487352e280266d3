package explain

// How much a picture shows, so that a page holds it.
const (
	maxWay    = 9 // nodes from the cause to the output
	maxInputs = 5 // inputs that lead to the cause
	maxBefore = 3 // nodes on the way from each of them
)

// draw marks the nodes that a picture shows: the causes, a shortest path from each to
// the output, and one to each from some of the inputs that are not at rest.
func (c *Cone) draw() {
	last := len(c.Nodes) - 1
	if last < 0 {
		return
	}
	c.Nodes[last].Drawn = true
	// The next node on a shortest way to the output.
	next := make([]int, last+1)
	for i := range next {
		next[i] = -1
	}
	for queue := []int{last}; len(queue) > 0; queue = queue[1:] {
		for _, r := range c.Nodes[queue[0]].Reads {
			if next[r] < 0 {
				next[r] = queue[0]
				queue = append(queue, r)
			}
		}
	}
	shown := 0
	for i := range c.Nodes {
		if !c.Nodes[i].Root || shown >= maxWay {
			continue
		}
		shown++
		var way []int
		for at := i; at >= 0; at = next[at] {
			way = append(way, at)
		}
		for k, at := range way {
			// The middle of a long way says least.
			if len(way) <= maxWay || k < maxWay/2 || k >= len(way)-maxWay/2 {
				c.Nodes[at].Drawn = true
			}
		}
		c.drawBefore(i)
	}
}

// drawBefore marks ways from inputs that are not at rest to a node.
func (c *Cone) drawBefore(root int) {
	next := make([]int, root+1)
	for i := range next {
		next[i] = -1
	}
	inputs := 0
	for queue := []int{root}; len(queue) > 0; queue = queue[1:] {
		at := queue[0]
		if n := &c.Nodes[at]; n.Op == "input" && at != root && (n.Gate != n.RestGate || n.Gate != 0) {
			if inputs++; inputs > maxInputs {
				return
			}
			way := []int{}
			for k := at; k != root; k = next[k] {
				way = append(way, k)
			}
			for k, v := range way {
				if k == 0 || len(way)-k < maxBefore {
					c.Nodes[v].Drawn = true
				}
			}
		}
		for _, r := range c.Nodes[at].Reads {
			if r < root && next[r] < 0 {
				next[r] = at
				queue = append(queue, r)
			}
		}
	}
}

// shows are the nodes that a picture shows, in order: the first of a cone that says
// nothing of it.
func (c *Cone) shows() (at []int) {
	for i := range c.Nodes {
		if c.Nodes[i].Drawn && len(at) < maxPicture {
			at = append(at, i)
		}
	}
	for i := 0; i < len(c.Nodes) && i < maxUnmarked && at == nil; i++ {
		at = append(at, i)
	}
	return at
}

// maxPicture is how many nodes are drawn at most, whatever a witness marks.
const maxPicture = 100

// maxUnmarked is how many nodes of a cone are drawn in which none is marked.
const maxUnmarked = 24
