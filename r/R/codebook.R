# What the columns and their codes mean, as datapackage.json states it.

codebook <- function(data, field = NULL) {
  resources <- attr(data, "descriptor")$resources
  if (is.null(field)) {
    rows <- lapply(resources, function(resource) {
      lapply(resource$schema$fields, describe_field, table = resource$name)
    })
    return(do.call(rbind, unlist(rows, recursive = FALSE)))
  }
  parts <- strsplit(field, ".", fixed = TRUE)[[1]]
  name <- parts[length(parts)]
  found <- NULL
  listed <- list()
  for (resource in resources) {
    if (length(parts) == 1 || parts[1] == resource$name) {
      for (each in Filter(function(each) each$name == name, resource$schema$fields)) {
        found <- each
        codes <- if (length(each$categories)) each$categories else each$scale
        listed <- c(listed, lapply(codes, describe_code, table = resource$name))
      }
    }
  }
  if (is.null(found)) {
    stop("unknown field '", field, "'; codebook(data) lists all fields", call. = FALSE)
  }
  if (!length(listed)) {
    return(describe_code(list(value = "", label = "", description = ""), "")[0, 1:4])
  }
  found <- do.call(rbind, listed)
  if (all(is.na(found$broader))) found$broader <- NULL
  found
}

describe_field <- function(field, table) {
  or_missing <- function(value) if (is.null(value)) NA_character_ else value
  data.frame(
    table = table, field = field$name, title = field$title, type = field$type, level = or_missing(field$level),
    unit = or_missing(field$unit), required = isTRUE(field$constraints$required), coded = isTRUE(field$coded),
    description = field$description
  )
}

describe_code <- function(code, table) {
  or <- function(text, missing) if (is.null(text)) missing else text
  data.frame(
    table = table, value = code$value, label = code$label, definition = or(code$description, ""),
    broader = or(code$broader, NA_character_)
  )
}

# Return a table whose factors have labels ("Constitution of a body") instead of codes ("constitution").
labelled <- function(data, table) {
  frame <- data[[table]]
  resources <- attr(data, "descriptor")$resources
  fields <- resources[[match(table, names(data))]]$schema$fields
  for (field in Filter(function(field) is.factor(frame[[field$name]]), fields)) {
    levels(frame[[field$name]]) <- vapply(field$categories, function(category) category$label, "")
  }
  frame
}
