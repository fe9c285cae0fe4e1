# Open a folder of Clausula data as typed data frames. Types, levels and missing values are read from datapackage.json.

open_clausula <- function(folder = ".") {
  path <- file.path(folder, "datapackage.json")
  if (!file.exists(path)) {
    stop("there is no datapackage.json in ", folder, "; pass the folder of a checkout or of a release", call. = FALSE)
  }
  package <- tryCatch(
    jsonlite::fromJSON(path, simplifyVector = FALSE),
    error = function(e) stop(path, " is not valid JSON: ", conditionMessage(e), call. = FALSE)
  )
  tables <- lapply(package$resources, read_resource, folder = folder)
  names(tables) <- vapply(package$resources, function(resource) resource$name, "")
  structure(tables, class = "clausula", version = package$version, descriptor = package)
}

# The class that read.table gives each type. Dates are read as text, because as.Date() accepts text that is not a date.
classes <- c(string = "character", integer = "integer", number = "numeric", boolean = "logical", date = "character")

read_resource <- function(resource, folder) {
  path <- file.path(folder, resource$path)
  fields <- resource$schema$fields
  names <- vapply(fields, function(field) field$name, "")
  types <- vapply(fields, function(field) field$type, "")
  if (!file.exists(path)) {
    stop(path, " is missing; download the data again", call. = FALSE)
  }
  frame <- tryCatch(
    read_cells(path, resource, names, unname(classes[types])),
    error = function(e) stop(path, ": ", conditionMessage(e), call. = FALSE),
    warning = function(w) stop(path, ": ", conditionMessage(w), call. = FALSE)
  )
  if (nrow(frame) != resource$rows) {
    stop(
      path, " has ", nrow(frame), " rows, but datapackage.json states ", resource$rows, "; download the data again, ",
      "or run `clausula build` if you changed them",
      call. = FALSE
    )
  }
  for (i in seq_along(fields)) {
    frame[[i]] <- typed(frame[[i]], fields[[i]], paste0(path, ", column ", names[i]))
  }
  frame
}

# Read the cells. The encoding is stated, so that the result does not depend on the locale. Line endings may be those of
# Windows, and a byte order mark is skipped. A row with too few or too many cells is an error.
read_cells <- function(path, resource, names, classes) {
  sep <- resource$dialect$delimiter
  quote <- resource$dialect$quoteChar
  header <- scan(path, "", sep = sep, quote = quote, nlines = 1, quiet = TRUE, encoding = "UTF-8")
  mark <- rawToChar(as.raw(c(0xef, 0xbb, 0xbf)))
  header <- sub(mark, "", header, fixed = TRUE, useBytes = TRUE)
  if (!identical(header, names)) {
    stop("the columns are ", toString(header), ", but datapackage.json states ", toString(names))
  }
  utils::read.table(
    path,
    header = FALSE, skip = 1, col.names = names, row.names = NULL, sep = sep, quote = quote, colClasses = classes,
    na.strings = unlist(resource$schema$missingValues), encoding = "UTF-8", comment.char = "", fill = FALSE,
    check.names = FALSE
  )
}

# Return a column with the type of its field: factors for closed lists, with the levels in the order of the schema.
typed <- function(values, field, place) {
  result <- values
  if (field$type == "date") {
    result <- as.Date(values, format = "%Y-%m-%d")
    result[format(result) != values] <- NA
  } else if (field$type == "string" && length(field$categories)) {
    levels <- vapply(field$categories, function(category) category$value, "")
    result <- factor(values, levels, ordered = isTRUE(field$categoriesOrdered))
  }
  wrong <- which(is.na(result) & !is.na(values))
  if (length(wrong)) {
    kind <- if (field$type == "date") "date" else "category"
    stop(place, ", row ", wrong[1], ": '", values[wrong[1]], "' is not a valid ", kind, call. = FALSE)
  }
  result
}

# Return a table. An unknown name is an error; a list would return NULL, or a table whose name starts alike.
`[[.clausula` <- function(x, i, ...) {
  tables <- unclass(x)
  if (is.character(i) && !(i %in% names(tables))) {
    stop("unknown table '", i, "'; the tables are ", toString(names(tables)), call. = FALSE)
  }
  tables[[i]]
}

`$.clausula` <- function(x, name) x[[name]]

print.clausula <- function(x, ...) {
  package <- attr(x, "descriptor")
  cat("Clausula ", package$version, ": ", length(x), " tables\n", sep = "")
  if (length(package$provenance$statement)) {
    cat(strwrap(package$provenance$statement), sep = "\n")
  }
  rows <- vapply(package$resources, function(resource) as.integer(resource$rows), 1L)
  titles <- vapply(package$resources, function(resource) resource$title, "")
  print(data.frame(table = names(x), rows = rows, title = titles), right = FALSE, row.names = FALSE)
  invisible(x)
}
