# Write the results of calls as JSON: each column with its kind, levels and the text of its cells, null if missing.
# Arguments: folder of the data, file with the calls, file to write.

library(clausula)
arguments <- commandArgs(trailingOnly = TRUE)
data <- open_clausula(arguments[1])
calls <- jsonlite::fromJSON(arguments[2], simplifyVector = FALSE)

kind_of <- function(column) {
  if (is.ordered(column)) "ordered"
  else if (is.factor(column)) "category"
  else if (inherits(column, "Date")) "date"
  else switch(typeof(column), character = "text", integer = "integer", double = "number", logical = "boolean", "other")
}

text_of <- function(column) {
  text <- if (is.double(column) && !inherits(column, "Date")) sprintf("%.15g", column) else as.character(column)
  if (is.logical(column)) text <- tolower(text)
  text[is.na(column)] <- NA
  enc2utf8(text)
}

frame_of <- function(frame) {
  columns <- lapply(names(frame), function(name) {
    column <- frame[[name]]
    list(name = name, kind = kind_of(column), levels = I(as.character(levels(column))), cells = I(text_of(column)))
  })
  known <- c("names", "class", "row.names")
  effect <- attributes(frame)[setdiff(names(attributes(frame)), known)]
  list(columns = columns, attributes = lapply(effect, function(value) I(as.character(value))))
}

results <- lapply(calls, function(call) {
  view <- if (call[[1]] == "load") function(data, table) data[[table]] else get(call[[1]], mode = "function")
  frame_of(do.call(view, c(list(data), call[[2]])))
})
out <- file(arguments[3], "wb")
writeLines(enc2utf8(jsonlite::toJSON(results, na = "null", auto_unbox = TRUE)), out, useBytes = TRUE)
close(out)
