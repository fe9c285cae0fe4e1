# The views of the Python package. The tests compare every cell, level and missing value with it. All sorting is by
# code point ("radix"), as in Python, so that the results do not depend on the locale.

targets <- c("provision", "instrument", "proposition", "topic")

# Return the provisions with their topics, one row for each primary or secondary topic.
by_topic <- function(data) {
  further <- data$provision_topics
  columns <- c("instrument_id", "topic_id", "strength")
  secondary <- data$provisions[match(further$provision_id, data$provisions$provision_id), columns]
  secondary$topic_id <- further$topic_id
  rbind(data$provisions[columns], secondary)
}

wide <- function(data, values = c("strength", "count"), process = NULL, instrument = NULL, since = NULL) {
  values <- match.arg(values)
  chosen <- in_scope(data$instruments, data, process, instrument, since)
  instruments <- chosen$instrument_id[chosen$coverage != "name_only"]
  topics <- data$topics$topic_id[data$topics$leaf]
  cells_of <- function(table) list(factor(table$instrument_id, instruments), factor(table$topic_id, topics))
  coded <- by_topic(data)
  cells <- tapply(coded$strength, cells_of(coded), if (values == "strength") max else length)
  absent <- table(cells_of(data$absences)) > 0
  cells[is.na(cells) & absent] <- 0L
  storage.mode(cells) <- "double"
  data.frame(instrument_id = instruments, unclass(cells), check.names = FALSE, row.names = NULL)
}

# Return the targets of reactions with kind and ID, the instrument that each is or belongs to, and its process.
targets_of <- function(data) {
  coded <- data$reaction_targets
  ids <- as.matrix(coded[paste0(targets, "_id")])
  kind <- max.col(!is.na(ids), ties.method = "first")
  of_provision <- look_up(coded$provision_id, data$provisions, "provision_id", "instrument_id")
  own <- ifelse(is.na(coded$instrument_id), of_provision, coded$instrument_id)
  data.frame(
    coded[c("reaction_id", "target_no", "position", "stance", "conditional", "condition")],
    target_kind = factor(targets[kind], targets),
    target_id = as.character(ids[cbind(seq_along(kind), kind)]),
    instrument_id = as.character(own),
    process_id = as.character(look_up(own, data$instruments, "instrument_id", "process_id"))
  )
}

# Return reactions with process and instrument: those of the first target that has one; otherwise the most common
# process in the same source, of several the first by its ID.
reactions_in_processes <- function(data, reactions) {
  known <- targets_of(data)
  known <- known[!is.na(known$instrument_id), ]
  reactions$instrument_id <- as.character(look_up(reactions$reaction_id, known, "reaction_id", "instrument_id"))
  known <- known[!is.na(known$process_id), ]
  own <- as.character(look_up(reactions$reaction_id, known, "reaction_id", "process_id"))
  levels <- sort(unique(own), method = "radix")
  common <- vapply(split(factor(own, levels), reactions$source_id), function(found) {
    counted <- table(found)
    if (any(counted > 0)) names(counted)[which.max(counted)] else NA_character_
  }, "")
  reactions$process_id <- as.character(ifelse(is.na(own), common[reactions$source_id], own))
  reactions
}

# Return what each target says or is called.
texts_of <- function(frame, data) {
  columns <- c(provision = "summary", instrument = "title", proposition = "statement", topic = "label")
  text <- rep(NA_character_, nrow(frame))
  for (kind in names(columns)) {
    own <- frame$target_kind %in% kind
    table <- data[[paste0(kind, "s")]]
    text[own] <- look_up(frame$target_id[own], table, paste0(kind, "_id"), columns[[kind]])
  }
  text
}

positions <- function(data, country = FALSE, labels = FALSE, process = NULL, instrument = NULL, since = NULL) {
  frame <- targets_of(data)
  reactions <- reactions_in_processes(data, data$reactions)
  reaction <- reactions[match(frame$reaction_id, reactions$reaction_id), ]
  columns <- c("source_id", "claimant_id", "speaker_id", "form", "date", "date_from", "date_to")
  frame[columns] <- reaction[columns]
  frame$process_id <- as.character(ifelse(is.na(frame$process_id), reaction$process_id, frame$process_id))
  frame$selected_by_actor_id <- look_up(frame$source_id, data$sources, "source_id", "selected_by_actor_id")
  frame$claimant <- look_up(frame$claimant_id, data$actors, "actor_id", "name")
  frame$target <- texts_of(frame, data)
  frame$coverage <- look_up(frame$instrument_id, data$instruments, "instrument_id", "coverage")
  frame$stance <- as.numeric(frame$stance)
  frame <- with_day(in_scope(frame, data, process, instrument, since))
  state <- character()
  if (country) {
    frame$state_id <- states_of(frame$claimant_id, frame$date_to, data)
    frame$state <- look_up(frame$state_id, data$actors, "actor_id", "name")
    codes <- c("iso3", "cow_code", "gw_code")
    frame[codes] <- data$actors[match(frame$state_id, data$actors$actor_id), codes]
    state <- c("state_id", "state", codes)
  }
  frame <- frame[c(
    "reaction_id", "target_no", "source_id", "selected_by_actor_id", "claimant_id", "claimant", state, "speaker_id",
    "form", "date", "date_from", "date_to", "day", "date_precision", "year", "target_kind", "target_id", "target",
    "instrument_id", "process_id", "coverage", "position", "stance", "conditional", "condition"
  )]
  rownames(frame) <- NULL
  if (labels) {
    frame <- with_labels(frame, data, c(form = "reactions", position = "reaction_targets", coverage = "instruments"))
  }
  frame
}

# Leave out the positions from sources that a party selected, unless `selected` is set. The attributes say how many
# were left out, how many were counted although a party selected the source, and which parties these are.
exclude_selected <- function(frame, selected) {
  chosen <- !is.na(frame$selected_by_actor_id)
  kept <- if (selected) frame else frame[!chosen, ]
  effect <- list(
    left_out_as_selected_by_a_party = nrow(frame) - nrow(kept),
    counted_though_selected_by_a_party = sum(!is.na(kept$selected_by_actor_id)),
    selected_by_actor_ids = sort(unique(frame$selected_by_actor_id[chosen]), method = "radix")
  )
  list(kept = kept, effect = effect)
}

with_attributes <- function(frame, values) {
  for (name in names(values)) attr(frame, name) <- values[[name]]
  frame
}

stances <- function(data, by = c("provision", "instrument", "proposition", "topic"),
                    values = c("stance", "position", "conditional", "selected_by_actor_id"), selected = FALSE,
                    process = NULL, instrument = NULL, since = NULL) {
  by <- match.arg(by)
  values <- match.arg(values)
  frame <- positions(data, process = process, instrument = instrument, since = since)
  parts <- exclude_selected(frame, selected)
  now <- parts$kept[parts$kept$target_kind == by, ]
  now <- now[order(now$date_to, now$reaction_id, now$target_no, na.last = FALSE, method = "radix"), ]
  now <- now[!duplicated(now[c("claimant_id", "target_id")], fromLast = TRUE), ]
  claimants <- sort(unique(now$claimant_id), method = "radix")
  columns <- lapply(split(now, factor(now$target_id, sort(unique(now$target_id), method = "radix"))), function(one) {
    one[[values]][match(claimants, one$claimant_id)]
  })
  frame <- data.frame(c(list(claimant_id = claimants), columns), check.names = FALSE)
  with_attributes(frame, parts$effect)
}

network <- function(data, selected = FALSE, level = c("actor", "state"),
                    process = NULL, instrument = NULL, since = NULL) {
  level <- match.arg(level)
  spoken <- positions(data, process = process, instrument = instrument, since = since)
  spoken <- spoken[spoken$position %in% "expressed", ]
  if (level == "state") {
    spoken <- count_for_states(spoken, actors_of(data))
  }
  parts <- exclude_selected(spoken, selected)
  spoken <- parts$kept
  keys <- c("claimant_id", "target_kind", "target_id")
  time <- as.list(spoken[c("date_to", "reaction_id", "target_no")])
  sorted <- do.call(order, c(unname(as.list(spoken[keys])), unname(time), na.last = FALSE, method = "radix"))
  spoken <- spoken[sorted, ]
  first <- !duplicated(spoken[keys])
  edge <- factor(cumsum(first), seq_len(sum(first)))
  each <- function(values, statistic, kind) vapply(split(values, edge), statistic, kind, USE.NAMES = FALSE)
  in_favour <- each(spoken$stance > 0, sum, 1L)
  against <- each(spoken$stance < 0, sum, 1L)
  signs <- ifelse(in_favour > 0, ifelse(against > 0, "mixed", "for"), ifelse(against > 0, "against", "neutral"))
  frame <- data.frame(
    spoken[first, keys],
    statements = each(spoken$stance, length, 1L),
    in_favour = in_favour,
    against = against,
    neutral = each(spoken$stance == 0, sum, 1L),
    sign = factor(signs, c("for", "against", "mixed", "neutral")),
    lowest = each(spoken$stance, min, 1),
    highest = each(spoken$stance, max, 1),
    latest = each(spoken$stance, function(stances) stances[length(stances)], 1),
    conditional = each(spoken$conditional, any, TRUE),
    statements_selected_by_a_party = each(!is.na(spoken$selected_by_actor_id), sum, 1L),
    row.names = NULL
  )
  with_attributes(frame, parts$effect)
}
