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

wide <- function(data, values = c("strength", "count")) {
  values <- match.arg(values)
  instruments <- data$instruments$instrument_id[data$instruments$coverage != "name_only"]
  topics <- data$topics$topic_id[data$topics$leaf]
  cells_of <- function(table) list(factor(table$instrument_id, instruments), factor(table$topic_id, topics))
  coded <- by_topic(data)
  cells <- tapply(coded$strength, cells_of(coded), if (values == "strength") max else length)
  absent <- table(cells_of(data$absences)) > 0
  cells[is.na(cells) & absent] <- 0L
  data.frame(instrument_id = instruments, unclass(cells), check.names = FALSE, row.names = NULL)
}

positions <- function(data, country = FALSE) {
  coded <- data$reaction_targets
  reaction <- data$reactions[match(coded$reaction_id, data$reactions$reaction_id), ]
  ids <- as.matrix(coded[paste0(targets, "_id")])
  kind <- max.col(!is.na(ids), ties.method = "first")
  frame <- data.frame(
    coded[c("reaction_id", "target_no")],
    source_id = reaction$source_id,
    selected_by_actor_id = data$sources$selected_by_actor_id[match(reaction$source_id, data$sources$source_id)],
    reaction[c("claimant_id", "speaker_id", "form", "date", "date_from", "date_to")],
    target_kind = factor(targets[kind], targets),
    target_id = as.character(ids[cbind(seq_along(kind), kind)]),
    coded[c("position", "stance", "conditional", "condition")],
    row.names = NULL
  )
  if (country) {
    actors <- actors_of(data)
    frame$state_id <- unlist_text(Map(state_of, frame$claimant_id, days(frame$date_to), MoreArgs = list(actors)))
    before <- seq_len(match("claimant_id", names(frame)))
    frame <- frame[c(names(frame)[before], "state_id", setdiff(names(frame)[-before], "state_id"))]
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
                    values = c("stance", "position", "conditional", "selected_by_actor_id"), selected = FALSE) {
  by <- match.arg(by)
  values <- match.arg(values)
  parts <- exclude_selected(positions(data), selected)
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

network <- function(data, selected = FALSE, level = c("actor", "state")) {
  level <- match.arg(level)
  parts <- exclude_selected(positions(data), selected)
  spoken <- parts$kept[parts$kept$position == "expressed", ]
  if (level == "state") {
    spoken <- count_for_states(spoken, actors_of(data))
  }
  keys <- c("claimant_id", "target_kind", "target_id")
  spoken <- spoken[do.call(order, c(unname(as.list(spoken[keys])), method = "radix")), ]
  first <- !duplicated(spoken[keys])
  edge <- factor(cumsum(first), seq_len(sum(first)))
  each <- function(values, statistic, kind) vapply(split(values, edge), statistic, kind, USE.NAMES = FALSE)
  frame <- data.frame(
    spoken[first, keys],
    statements = each(spoken$stance, length, 1L),
    stance = each(spoken$stance, mean, 1),
    conditional = each(spoken$conditional, any, TRUE),
    statements_selected_by_a_party = each(!is.na(spoken$selected_by_actor_id), sum, 1L),
    row.names = NULL
  )
  with_attributes(frame, parts$effect)
}
