// Package markdown renders a dossier for a summary page of a CI service.
//
// Such a page takes at most a mebibyte, so what grows with the network is listed up
// to a limit, which shrinks until the text fits; what was left out is counted. Every
// text from the run is escaped: it can neither end a table's row nor become a link,
// a tag or a heading.
package markdown
