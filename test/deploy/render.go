// Renders deploy/helm as Helm does: Go's own templates, with the functions of Helm that the chart uses. It reads
// {"values": …, "release": …, "chart": …} from its input and prints {"file": "text"}.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"text/template"
)

func empty(value any) bool {
	return value == nil || reflect.ValueOf(value).IsZero() || (reflect.ValueOf(value).Kind() == reflect.Map && reflect.ValueOf(value).Len() == 0)
}

func indent(spaces int, text string) string {
	pad := strings.Repeat(" ", spaces)
	return pad + strings.ReplaceAll(text, "\n", "\n"+pad)
}

func main() {
	var given map[string]any
	decoder := json.NewDecoder(os.Stdin)
	decoder.UseNumber()
	if err := decoder.Decode(&given); err != nil {
		fail(err)
	}
	root := template.New("chart").Option("missingkey=zero")
	root.Funcs(template.FuncMap{
		"contains":   func(part, whole string) bool { return strings.Contains(whole, part) },
		"trimPrefix": func(prefix, whole string) string { return strings.TrimPrefix(whole, prefix) },
		"quote":      func(value any) string { return fmt.Sprintf("%q", fmt.Sprint(value)) },
		"nindent":    func(spaces int, text string) string { return "\n" + indent(spaces, text) },
		"default": func(other, value any) any {
			if empty(value) {
				return other
			}
			return value
		},
		"required": func(message string, value any) (any, error) {
			if empty(value) {
				return nil, fmt.Errorf("%s", message)
			}
			return value, nil
		},
		"add": func(numbers ...int) int {
			sum := 0
			for _, number := range numbers {
				sum += number
			}
			return sum
		},
		"int": func(value any) (int, error) { return strconv.Atoi(fmt.Sprint(value)) },
		"toJson": func(value any) (string, error) {
			text, err := json.Marshal(value)
			return string(text), err
		},
		"include": func(name string, data any) (string, error) {
			var text bytes.Buffer
			err := root.ExecuteTemplate(&text, name, data)
			return text.String(), err
		},
	})
	files, _ := filepath.Glob(filepath.Join(os.Args[1], "templates", "*"))
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			fail(err)
		}
		template.Must(root.New(filepath.Base(file)).Parse(string(text)))
	}
	data := map[string]any{"Values": given["values"], "Release": given["release"], "Chart": given["chart"]}
	rendered := map[string]string{}
	for _, file := range files {
		name := filepath.Base(file)
		if strings.HasPrefix(name, "_") {
			continue
		}
		var text bytes.Buffer
		if err := root.ExecuteTemplate(&text, name, data); err != nil {
			fail(err)
		}
		rendered[name] = text.String()
	}
	json.NewEncoder(os.Stdout).Encode(rendered)
}

func fail(err error) {
	fmt.Fprintln(os.Stderr, err)
	os.Exit(1)
}
