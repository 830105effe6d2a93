package check

import (
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
)

// The parts of SARIF 2.1.0 that are used.
type (
	sarifLog struct {
		Schema  string     `json:"$schema"`
		Version string     `json:"version"`
		Runs    []sarifRun `json:"runs"`
	}
	sarifRun struct {
		Tool        sarifTool         `json:"tool"`
		Invocations []sarifInvocation `json:"invocations"`
		ColumnKind  string            `json:"columnKind"`
		Results     []sarifResult     `json:"results"`
	}
	sarifTool struct {
		Driver sarifDriver `json:"driver"`
	}
	sarifDriver struct {
		Name    string      `json:"name"`
		Version string      `json:"version,omitempty"`
		Rules   []sarifRule `json:"rules"`
	}
	sarifRule struct {
		ID               string       `json:"id"`
		Name             string       `json:"name"`
		ShortDescription sarifMessage `json:"shortDescription"`
		FullDescription  sarifMessage `json:"fullDescription"`
		Help             sarifMessage `json:"help"`
		Default          sarifConfig  `json:"defaultConfiguration"`
	}
	sarifConfig struct {
		Level string `json:"level"`
	}
	sarifInvocation struct {
		Successful    bool                `json:"executionSuccessful"`
		Notifications []sarifNotification `json:"toolExecutionNotifications,omitempty"`
	}
	sarifNotification struct {
		Level   string       `json:"level"`
		Message sarifMessage `json:"message"`
	}
	sarifMessage struct {
		Text string `json:"text"`
	}
	sarifResult struct {
		RuleID    string          `json:"ruleId"`
		RuleIndex int             `json:"ruleIndex"`
		Level     string          `json:"level"`
		Message   sarifMessage    `json:"message"`
		Locations []sarifLocation `json:"locations"`
		Related   []sarifLocation `json:"relatedLocations,omitempty"`
		CodeFlows []sarifCodeFlow `json:"codeFlows,omitempty"`
	}
	sarifLocation struct {
		ID       int            `json:"id,omitempty"`
		Physical *sarifPhysical `json:"physicalLocation,omitempty"`
		Message  *sarifMessage  `json:"message,omitempty"`
		Logical  []sarifLogical `json:"logicalLocations,omitempty"`
	}
	sarifLogical struct {
		FullyQualifiedName string `json:"fullyQualifiedName"`
		Kind               string `json:"kind"`
	}
	sarifPhysical struct {
		Artifact sarifArtifact `json:"artifactLocation"`
		Region   *sarifRegion  `json:"region,omitempty"`
	}
	sarifArtifact struct {
		URI string `json:"uri"`
	}
	sarifRegion struct {
		StartLine   int `json:"startLine"`
		StartColumn int `json:"startColumn,omitempty"`
	}
	sarifCodeFlow struct {
		ThreadFlows []sarifThreadFlow `json:"threadFlows"`
	}
	sarifThreadFlow struct {
		Locations []sarifFlowLocation `json:"locations"`
	}
	sarifFlowLocation struct {
		Location sarifLocation `json:"location"`
	}
)

// WriteSARIF writes the report as SARIF 2.1.0, which code scanning services
// read. version is the program's.
func (r *Report) WriteSARIF(w io.Writer, version string) error {
	driver := sarifDriver{Name: "preemptck", Version: version, Rules: []sarifRule{}}
	index := map[string]int{}
	for i, rule := range Rules() {
		index[rule.Code] = i
		driver.Rules = append(driver.Rules, sarifRule{
			ID: rule.Code, Name: rule.Name,
			ShortDescription: sarifMessage{rule.Title},
			FullDescription:  sarifMessage{rule.Explanation},
			Help:             sarifMessage{helpOf(rule)},
			Default:          sarifConfig{string(rule.Severity)},
		})
	}
	inv := sarifInvocation{Successful: true}
	for _, n := range r.Notes {
		inv.Notifications = append(inv.Notifications, sarifNotification{"note", sarifMessage{n}})
	}
	run := sarifRun{Tool: sarifTool{driver}, Invocations: []sarifInvocation{inv}, ColumnKind: "unicodeCodePoints", Results: []sarifResult{}}
	for i := range r.Findings {
		run.Results = append(run.Results, sarifOf(&r.Findings[i], index))
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(sarifLog{
		Schema:  "https://json.schemastore.org/sarif-2.1.0.json",
		Version: "2.1.0",
		Runs:    []sarifRun{run},
	})
}

// helpOf is the rule's help, which SARIF asks for.
func helpOf(r *Rule) string {
	if r.Help != "" {
		return r.Help
	}
	return r.Explanation
}

func sarifOf(f *Finding, index map[string]int) sarifResult {
	res := sarifResult{
		RuleID: f.Code, RuleIndex: index[f.Code], Level: string(f.Severity), Message: sarifMessage{f.oneLine()},
	}
	main := sarifAt(f.File, f.Line, f.Column, "")
	main.Logical = []sarifLogical{{f.Function, "function"}}
	res.Locations = []sarifLocation{main}
	for i, l := range f.Labels {
		loc := sarifAt(l.File, l.Line, l.Col, l.Text)
		loc.ID = i + 1
		res.Related = append(res.Related, loc)
	}
	var flow sarifThreadFlow
	for _, s := range f.Chain {
		flow.Locations = append(flow.Locations, sarifFlowLocation{sarifAt(s.File, s.Line, 0, s.Text)})
	}
	if flow.Locations != nil {
		res.CodeFlows = []sarifCodeFlow{{[]sarifThreadFlow{flow}}}
	}
	return res
}

func sarifAt(file string, line, col int, text string) sarifLocation {
	var loc sarifLocation
	if text != "" {
		loc.Message = &sarifMessage{text}
	}
	if file == "" {
		return loc
	}
	u := url.URL{Path: filepath.ToSlash(file)}
	if filepath.IsAbs(file) {
		u.Scheme = "file"
	}
	loc.Physical = &sarifPhysical{Artifact: sarifArtifact{u.String()}}
	if line > 0 {
		loc.Physical.Region = &sarifRegion{StartLine: line, StartColumn: col}
	}
	return loc
}
