# What the views share: a usable day with its precision, filters by process, instrument and date, names and labels.

# Return a frame with `day` (the first possible day, or the last one if the first is unknown), its precision, and
# `year`.
with_day <- function(frame) {
  first <- frame$date_from
  last <- frame$date_to
  same <- function(a, b, period) format(a, period) == format(b, period)
  whole <- function(period) {
    same(first, last, period) & !same(first - 1, first, period) & !same(last, last + 1, period)
  }
  known <- rep("interval", nrow(frame))
  known[which(whole("%Y-%m"))] <- "month"
  known[which(whole("%Y"))] <- "year"
  known[which(first == last)] <- "day"
  known[is.na(first)] <- "before"
  known[is.na(last)] <- "after"
  known[is.na(first) & is.na(last)] <- NA
  day <- first
  day[is.na(first)] <- last[is.na(first)]
  frame$day <- day
  frame$date_precision <- factor(known, c("day", "month", "year", "interval", "before", "after"))
  frame$year <- as.numeric(format(day, "%Y"))
  frame
}

require_known <- function(ids, known, kind, table) {
  for (id in setdiff(ids, known)) {
    stop("'", id, "' is not a known ", kind, "; all are in data$", table, call. = FALSE)
  }
}

# Return the first day of a year, month or day; NULL without one.
first_day <- function(since) {
  if (is.null(since)) {
    return(NULL)
  }
  text <- as.character(since)
  full <- paste0(text, switch(as.character(nchar(text)), `4` = "-01-01", `7` = "-01", ""))
  day <- as.Date(full, format = "%Y-%m-%d")
  if (is.na(day) || format(day) != full) {
    stop("'", text, "' is not a date; give a year, a month (\"2024-06\") or a day (\"2024-06-13\")", call. = FALSE)
  }
  day
}

# Return the rows of these processes and instruments whose last possible day is not before the start; an open end is
# later than any day. Rows without any date are left out if there is a start.
in_scope <- function(frame, data, process = NULL, instrument = NULL, since = NULL) {
  require_known(process, data$processes$process_id, "process ID", "processes")
  require_known(instrument, data$instruments$instrument_id, "instrument ID", "instruments")
  start <- first_day(since)
  chosen <- rep(TRUE, nrow(frame))
  if (!is.null(process)) {
    chosen <- chosen & frame$process_id %in% process
  }
  if (!is.null(instrument)) {
    chosen <- chosen & frame$instrument_id %in% instrument
  }
  if (!is.null(start)) {
    chosen <- chosen & ifelse(is.na(frame$date_to), !is.na(frame$date_from), frame$date_to >= start)
  }
  frame[chosen, ]
}

# Return the value of a column for each ID of a record.
look_up <- function(ids, table, key, column) table[[column]][match(ids, table[[key]])]

# Return the names in each group, separated by semicolons, each once.
joined <- function(names, groups, ids) {
  texts <- vapply(split(names, groups), function(found) paste(unique(found), collapse = "; "), "")
  unname(texts[match(ids, names(texts))])
}

# Return the rows of a frame once for each row of another frame with the same provision, or once if there is none.
with_rows_of <- function(frame, other, columns) {
  found <- lapply(frame$provision_id, function(id) {
    rows <- which(other$provision_id == id)
    if (length(rows)) rows else NA_integer_
  })
  result <- frame[rep(seq_len(nrow(frame)), lengths(found)), ]
  result[columns] <- other[as.integer(unlist(found)), columns]
  result
}

# Return a frame with labels instead of codes in factors; `tables` gives the table of each column.
with_labels <- function(frame, data, tables) {
  for (column in names(tables)) levels(frame[[column]]) <- levels(labelled(data, tables[[column]])[[column]])
  frame
}

# Return provisions by instrument, in the order in which these first appear, then in the order of the text.
in_text_order <- function(provisions) {
  place <- match(provisions$instrument_id, unique(provisions$instrument_id))
  provisions[order(place, provisions$ordinal, method = "radix"), ]
}

# Return the provisions in scope with what is known of their instruments and topics.
provisions_in <- function(data, process, instrument, since) {
  rows <- in_text_order(data$provisions)
  of <- with_day(data$instruments[match(rows$instrument_id, data$instruments$instrument_id), ])
  columns <- c("process_id", "coverage", "date_from", "date_to", "day", "date_precision", "year")
  rows[columns] <- of[columns]
  rows$instrument <- of$title
  rows$topic <- look_up(rows$topic_id, data$topics, "topic_id", "label")
  rows$strength <- as.numeric(rows$strength)
  in_scope(rows, data, process, instrument, since)
}
