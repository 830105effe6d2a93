package check

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestJSONForm(t *testing.T) {
	var b bytes.Buffer
	r := Report{Findings: []Finding{fanFinding()}, Notes: []string{"fan_extra.c was left out"}}
	require.NoError(t, r.WriteJSON(&b))
	assert.JSONEq(t, `{
  "schema": "preemptck/findings/1",
  "findings": [{
    "code": "PC001", "severity": "error", "message": "this call may sleep, but a spinlock is held here",
    "file": "drivers/hwmon/fan.rs", "line": 7, "column": 21, "function": "fan::Fan::set",
    "chain": [
      {"file": "drivers/hwmon/fan.rs", "line": 7, "text": "Mutex<Curve>::lock"},
      {"file": "rust/kernel/sync/lock/mutex.rs", "line": 110, "text": "bindings::mutex_lock"},
      {"file": "kernel/locking/mutex.c", "line": 286, "text": "might_sleep()"}
    ]
  }],
  "notes": ["fan_extra.c was left out"]
}`, b.String())
	assert.Contains(t, b.String(), "Mutex<Curve>", "angle brackets stay readable")

	b.Reset()
	require.NoError(t, (&Report{}).WriteJSON(&b))
	assert.JSONEq(t, `{"schema": "preemptck/findings/1", "findings": [], "notes": []}`, b.String())
}

func TestKbuildForm(t *testing.T) {
	var b strings.Builder
	note := fanFinding()
	note.Code, note.Severity, note.Chain, note.Column = "PC006", Note, nil, 0
	require.NoError(t, (&Report{Findings: []Finding{fanFinding(), note}}).WriteKbuild(&b))
	assert.Equal(t, "drivers/hwmon/fan.rs:7:21: warning: this call may sleep, but a spinlock is held here: might_sleep() at kernel/locking/mutex.c:286 [PC001]\n"+
		"drivers/hwmon/fan.rs:7: note: this call may sleep, but a spinlock is held here [PC006]\n", b.String())
}

func TestGitHubForm(t *testing.T) {
	var b strings.Builder
	f := fanFinding()
	f.File, f.Message, f.Chain, f.Helps = "a,b:c.rs", "100% wrong\nreally", nil, nil
	require.NoError(t, (&Report{Findings: []Finding{f}}).WriteGitHub(&b))
	assert.Equal(t, "::error file=a%2Cb%3Ac.rs,line=7,col=21,title=PC001%3A a call may sleep in atomic context::100%25 wrong%0Areally\n", b.String())
}

func TestSARIFForm(t *testing.T) {
	var b bytes.Buffer
	f := fanFinding()
	f.Chain = append(f.Chain, Step{File: "/elsewhere/a b.rs", Line: 0, Text: "x"})
	require.NoError(t, (&Report{Findings: []Finding{f}, Notes: []string{"n"}}).WriteSARIF(&b, "1.2"))
	var log struct {
		Version string
		Runs    []struct {
			Tool struct {
				Driver struct{ Rules []struct{ ID string } }
			}
			Results []struct {
				RuleID    string
				RuleIndex int
				Level     string
				Locations []struct {
					PhysicalLocation struct {
						ArtifactLocation struct{ URI string }
						Region           struct{ StartLine, StartColumn int }
					}
				}
				RelatedLocations []struct{ ID int }
				CodeFlows        []struct {
					ThreadFlows []struct {
						Locations []struct {
							Location struct {
								PhysicalLocation struct{ ArtifactLocation struct{ URI string } }
							}
						}
					}
				}
			}
		}
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &log))
	assert.Equal(t, "2.1.0", log.Version)
	run := log.Runs[0]
	res := run.Results[0]
	assert.Equal(t, "PC001", res.RuleID)
	assert.Equal(t, res.RuleID, run.Tool.Driver.Rules[res.RuleIndex].ID)
	assert.Equal(t, "error", res.Level)
	loc := res.Locations[0].PhysicalLocation
	assert.Equal(t, "drivers/hwmon/fan.rs", loc.ArtifactLocation.URI)
	assert.Equal(t, 7, loc.Region.StartLine)
	assert.Equal(t, 21, loc.Region.StartColumn)
	assert.Len(t, res.RelatedLocations, 2)
	flow := res.CodeFlows[0].ThreadFlows[0].Locations
	assert.Len(t, flow, 4)
	assert.Equal(t, "file:///elsewhere/a%20b.rs", flow[3].Location.PhysicalLocation.ArtifactLocation.URI)
}

func TestFinishMergesInstances(t *testing.T) {
	a, b, c := fanFinding(), fanFinding(), fanFinding()
	b.Function, b.Chain = "fan::Fan<u8>::set", b.Chain[:1]
	c.Line = 3
	got := finish([]Finding{a, b, c, a})
	require.Len(t, got, 2)
	assert.Equal(t, 3, got[0].Line)
	assert.Equal(t, []string{"fan::Fan<u8>::set", "fan::Fan::set"}, got[1].Instances)
	assert.Len(t, got[1].Chain, 1, "the shortest chain is shown")
	assert.Contains(t, got[1].allNotes(), "in 2 instances: fan::Fan<u8>::set, fan::Fan::set")
}

func TestRulesAreWellFormed(t *testing.T) {
	codes := map[string]bool{}
	for i, r := range Rules() {
		assert.Regexp(t, `^PC\d{3}$`, r.Code)
		assert.False(t, codes[r.Code], r.Code)
		codes[r.Code] = true
		assert.NotEmpty(t, r.Name)
		assert.NotEmpty(t, r.Title)
		assert.NotEmpty(t, r.Explanation)
		if i > 0 {
			assert.Less(t, Rules()[i-1].Code, r.Code)
		}
	}
}
