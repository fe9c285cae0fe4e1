# Families of sister agreements: which clauses of their template each partner has, and how each is meant.

standings <- c(missing = "Missing", weaker = "Weaker", usual = "Usual", stronger = "Stronger")

# Weight of a modality; views, recommendations and recognitions have 1.
weight <- c(obligation = 3, prohibition = 3, constitution = 3, permission = 2)

signs <- c(at_most = "\u2264 ", at_least = "\u2265 ", about = "\u2248 ")

# Units that are words with a plural; the others are symbols or do not change.
counted_units <- c("person", "hour", "day", "month", "year", "thing", "member")

with_commas <- function(values, digits) prettyNum(sprintf(paste0("%.", digits, "g"), values), big.mark = ",", preserve.width = "none")

# Return numbers as they are said: 600,000, 100 billion.
number_texts <- function(values) {
  texts <- with_commas(values, 15)
  for (word in c("million", "billion")) {
    power <- c(million = 1e6, billion = 1e9)[[word]]
    short <- values / power
    fits <- which(abs(values) >= power & as.numeric(sprintf("%.4g", short)) * power == values)
    texts[fits] <- paste(with_commas(short[fits], 4), word)
  }
  texts
}

# Return quantities with sign, unit and item.
quantity_texts <- function(rows, words) {
  unit <- ifelse(is.na(rows$currency), as.character(rows$unit), rows$currency)
  plural <- unit %in% counted_units & rows$value != 1
  unit[plural] <- paste0(unit[plural], "s")
  sign <- signs[as.character(rows$qualifier)]
  sign[is.na(sign)] <- ""
  number <- if (words) number_texts(rows$value) else with_commas(rows$value, 15)
  text <- paste0(sign, number, " ", unit)
  named <- which(!is.na(rows$item))
  text[named] <- paste0(rows$item[named], ": ", text[named])
  text
}

# Return the parties of each instrument that are not party to all instruments of the family.
partners_of <- function(data, instruments) {
  parties <- data$instrument_actors
  parties <- parties[parties$role %in% "party" & parties$instrument_id %in% instruments, ]
  shared <- vapply(split(parties$instrument_id, parties$actor_id), function(found) length(unique(found)), 1L)
  own <- parties[shared[parties$actor_id] < length(instruments), ]
  names <- look_up(own$actor_id, data$actors, "actor_id", "name")
  data.frame(
    partner_id = as.character(joined(own$actor_id, own$instrument_id, instruments)),
    partner = as.character(joined(names, own$instrument_id, instruments))
  )
}

# Compare the weight of each provision with the lower median of those that carry the same clause.
standing_of <- function(rows) {
  modality <- weight[as.character(rows$modality)]
  modality[is.na(modality)] <- 1
  weights <- ifelse(is.na(rows$provision_id), NA, modality * 10 + rows$strength)
  middle <- vapply(split(weights, rows$template_clause_id), function(found) {
    found <- sort(found)
    if (length(found)) found[(length(found) + 1) %/% 2] else NA_real_
  }, 1)
  difference <- sign(weights - middle[rows$template_clause_id])
  factor(
    ifelse(is.na(difference), "missing", c("weaker", "usual", "stronger")[difference + 2]),
    names(standings), ordered = TRUE
  )
}

# A method of the generic function in stats, so that loading this package hides nothing.
family.clausula <- function(object, name, labels = FALSE, instrument = NULL, since = NULL, ...) {
  data <- object
  table_of <- function(table) if (labels) labelled(data, table) else data[[table]]
  name_of <- function(ids) if (labels) look_up(ids, data$actors, "actor_id", "name") else ids
  clauses <- data$template_clauses
  require_known(name, clauses$family, "family", "template_clauses")
  clauses <- clauses[clauses$family %in% name, ]
  rows <- data$clause_alignment
  rows <- rows[rows$template_clause_id %in% clauses$template_clause_id, ]
  of <- with_day(data$instruments[match(rows$instrument_id, data$instruments$instrument_id), ])
  columns <- c("process_id", "date_from", "date_to", "day", "date_precision", "year")
  rows[columns] <- of[columns]
  rows$instrument <- of$title
  instruments <- unique(rows$instrument_id)
  rows[c("partner_id", "partner")] <- partners_of(data, instruments)[match(rows$instrument_id, instruments), ]
  clause <- match(rows$template_clause_id, clauses$template_clause_id)
  rows$clause <- clauses$label[clause]
  rows$topic_id <- clauses$topic_id[clause]
  rows$topic <- look_up(rows$topic_id, data$topics, "topic_id", "label")
  columns <- c("modality", "strength", "summary", "condition", "due")
  rows[columns] <- data$provisions[match(rows$provision_id, data$provisions$provision_id), columns]
  rows$strength <- as.numeric(rows$strength)
  rows$standing <- standing_of(rows)

  parts <- data$provision_actors[data$provision_actors$role %in% c("obligor", "holder", "declarant"), ]
  rows$bearers <- joined(name_of(parts$actor_id), parts$provision_id, rows$provision_id)
  triggers <- table_of("provision_triggers")
  whose <- name_of(triggers$actor_id)
  events <- paste0(triggers$trigger, ifelse(is.na(whose), "", paste0(" (", whose, ")")))
  rows$triggers <- joined(events, triggers$provision_id, rows$provision_id)
  limits <- table_of("provision_reservations")
  rows$reservations <- joined(as.character(limits$reservation), limits$provision_id, rows$provision_id)
  quantities <- data$provision_quantities
  rows$quantities <- joined(quantity_texts(quantities, labels), quantities$provision_id, rows$provision_id)

  rows <- in_scope(rows[order(rows$day, rows$instrument_id, na.last = TRUE, method = "radix"), ], data, NULL, instrument, since)
  frame <- rows[c(
    "instrument_id", "instrument", "partner_id", "partner", "day", "date_precision", "year", "template_clause_id",
    "clause", "topic_id", "topic", "provision_id", "standing", "modality", "strength", "summary", "bearers", "triggers",
    "reservations", "quantities", "condition", "due", "differs"
  )]
  texts <- c("partner_id", "partner", "bearers", "triggers", "reservations", "quantities")
  frame[texts] <- lapply(frame[texts], as.character)
  rownames(frame) <- NULL
  if (labels) {
    frame <- with_labels(frame, data, c(modality = "provisions"))
    levels(frame$standing) <- unname(standings)
  }
  frame
}
