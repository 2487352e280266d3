module github.com/hashiflex/hashiflex

go 1.26
