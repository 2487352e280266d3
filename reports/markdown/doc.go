// Package markdown renders a dossier for the summary page of a CI service.
//
// Such a page holds at most 1 MiB. So lists that grow with the network have a limit,
// which shrinks until the text fits. The page counts what a list leaves out. Every text
// from the run is escaped: it cannot end a table's row or become a link, a tag or a
// heading.
package markdown
