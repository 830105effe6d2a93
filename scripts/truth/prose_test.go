package main

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestReads(t *testing.T) {
	for _, c := range []struct {
		sentence string
		want     said
	}{
		{"Context: May sleep.", maySleep},
		{"This function might sleep if @gfp allows it.", maySleep},
		{"fan_set() can sleep, so take care.", maySleep},
		{"Must not be called from within atomic context.", maySleep},
		{"Context: Any context.", anyContext},
		{"This function is safe to call from any context including IRQ handler.", anyContext},
		{"Can be called from any context, except NMI.", anyContext},
		{"This function cannot sleep.", anyContext},
		{"It is guaranteed to not sleep.", anyContext},
		{"Can be called from IRQ/atomic context.", anyContext},
		{"Never sleeps.", anyContext},
		{"@fn must not sleep.", unclear},
		{"The caller may sleep.", unclear},
		{"fan_get() may sleep.", unclear},
		{"Unlike fan_get(), it does not sleep.", unclear},
		{"Any context, but the last reference must go in process context.", unclear},
		{"If @x is zero, can be called from any context.", unclear},
		{"%FAN_NOWAIT will not sleep.", unclear},
		{"Context: Process context.", nothing},
		{"Put the fan to sleep.", nothing},
		{"The fan sleeps.", nothing},
	} {
		assert.Equal(t, c.want, reads(c.sentence, "fan_set"), c.sentence)
	}
}

func TestSentences(t *testing.T) {
	list, _ := tokens(`/**
 * fan_set() - set the speed; may sleep
 * @fan: the fan. It may sleep.
 * @fn: a function that
 *      cannot sleep
 *
 * First sentence. Second one
 * goes on! And:
 * - an item
 * - another.
 *
 * Context: Any context.
 * Takes no lock.
 * Return: 0, or -EAGAIN if it
 *         may sleep
 *
 * Note: the end
 */
`)
	c := readComment(list[0])
	assert.Equal(t, "fan_set", c.name)
	assert.Equal(t, []string{
		"fan_set() - set the speed;", "may sleep", "First sentence.", "Second one goes on!", "And:", "- an item", "- another.",
		"Context: Any context.", "Takes no lock.", "the end",
	}, c.sentences())
}
