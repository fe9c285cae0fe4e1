# Views that follow records: how provisions change from one instrument to the next, and codes of other schemes.

# Return all provisions reachable from one, itself included, through links from `from` to `to`.
reach <- function(start, from, to) {
  seen <- start
  repeat {
    found <- setdiff(to[from %in% seen], seen)
    if (!length(found)) {
      return(seen)
    }
    seen <- c(seen, found)
  }
}

lineage <- function(data, record_id) {
  provisions <- data$provisions
  links <- data$provision_links
  if (record_id %in% provisions$provision_id) {
    members <- union(
      reach(record_id, links$provision_id, links$earlier_provision_id),
      reach(record_id, links$earlier_provision_id, links$provision_id)
    )
  } else if (record_id %in% data$topics$topic_id) {
    below <- c(record_id, data$topics$topic_id[data$topics$parent_topic_id %in% record_id])
    members <- provisions$provision_id[provisions$topic_id %in% below]
  } else {
    stop("no provision or topic has the ID '", record_id, "'; data$topics lists the topics", call. = FALSE)
  }
  inside <- links[links$provision_id %in% members & links$earlier_provision_id %in% members, ]
  chosen <- provisions[provisions$provision_id %in% members, ]
  linked <- match(inside$provision_id, chosen$provision_id)
  alone <- setdiff(seq_len(nrow(chosen)), linked)
  rows <- chosen[c(linked, alone), ]
  link <- inside[c(seq_along(linked), rep(NA, length(alone))), ]
  instrument <- data$instruments[match(rows$instrument_id, data$instruments$instrument_id), ]
  frame <- data.frame(
    rows[c("provision_id", "instrument_id")],
    date_from = instrument$date_from,
    rows[c("ordinal", "topic_id", "modality", "strength", "summary")],
    link[c("earlier_provision_id", "relation", "basis")]
  )
  opens <- as.numeric(instrument$date_from)
  opens[is.na(opens)] <- -Inf
  chronological <- order(
    instrument$date_to, opens, rows$instrument_id, rows$ordinal, link$earlier_provision_id,
    na.last = TRUE, method = "radix"
  )
  frame <- frame[chronological, ]
  rownames(frame) <- NULL
  frame
}

# Codes that PA-X sets at certain values of the code that sums them up, as src/clausula/editions/pax.toml declares.
set_at <- list(pax = list(CeProv = list(parent = "Ce", values = 2:3), CeGen = list(parent = "Ce", values = 1L)))

# The rows of the crosswalk for a scheme, with those that topics without a row inherit from a parent. What contains the
# parent contains its parts; what overlaps with it may or may not contain a part.
inherited <- function(data, scheme) {
  columns <- c("topic_id", "code", "match", "reading")
  own <- data$crosswalk[data$crosswalk$scheme == scheme, columns]
  own$match <- as.character(own$match)
  parts <- lapply(setdiff(data$topics$topic_id, own$topic_id), function(topic) {
    from <- topic
    while (!is.na(from) && !from %in% own$topic_id) {
      from <- data$topics$parent_topic_id[match(from, data$topics$topic_id)]
    }
    rows <- own[own$topic_id %in% from, ]
    rows$topic_id <- rep(topic, nrow(rows))
    kept <- rows$match == "none"
    rows$match[!kept] <- ifelse(rows$match[!kept] %in% within_matches, "broad", "related")
    rows
  })
  do.call(rbind, c(list(own), parts))
}

# Matches (as in SKOS) under which a provision on our topic also falls under the other code.
within_matches <- c("exact", "close", "broad")

crosswalk <- function(data, scheme, values = c("strength", "binary")) {
  values <- match.arg(values)
  scheme <- match.arg(scheme, levels(data$crosswalk$scheme))
  ours <- wide(data)
  matches <- inherited(data, scheme)
  matches <- matches[matches$match != "none", ]
  within <- matches$match %in% within_matches
  columns_of <- function(rows) ours[intersect(matches$topic_id[rows], names(ours))]
  all_zero <- function(cells) rowSums(as.matrix(cells) == 0, na.rm = TRUE) == length(cells)
  unknown <- rep(NA_integer_, nrow(ours))
  codes <- unique(matches$code)
  columns <- lapply(codes, function(code) {
    inside <- columns_of(matches$code == code & within)
    outside <- columns_of(matches$code == code & !within)
    highest <- do.call(pmax, c(list(unknown), unname(as.list(inside)), na.rm = TRUE))
    guessed <- any(matches$reading[matches$code == code] == "gloss")
    column <- ifelse(!guessed & all_zero(inside) & all_zero(outside), 0L, unknown)
    present <- which(highest > 0)
    column[present] <- as.integer(highest[present])
    column
  })
  names(columns) <- codes
  for (code in intersect(names(set_at[[scheme]]), codes)) {
    total <- columns[[set_at[[scheme]][[code]]$parent]]
    implied <- which(is.na(columns[[code]]) & total %in% set_at[[scheme]][[code]]$values)
    columns[[code]][implied] <- total[implied]
  }
  if (values == "binary") columns <- lapply(columns, function(column) pmin(column, 1L))
  frame <- ours["instrument_id"]
  if (scheme == "pax") {
    frame$AgtId <- data$instruments$pax_agreement_id[match(frame$instrument_id, data$instruments$instrument_id)]
  }
  frame[codes] <- columns
  with_attributes(frame, list(scheme = scheme, values = values))
}
