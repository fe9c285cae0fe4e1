# Whose positions an instrument adopts: stances on its provisions, directly and through shared propositions.

adoption <- function(data, instrument_id, selected = FALSE) {
  own <- data$provisions[data$provisions$instrument_id %in% instrument_id, ]
  if (!nrow(own)) {
    stop("no provision of an instrument '", instrument_id, "' is coded", call. = FALSE)
  }
  parts <- exclude_selected(positions(data), selected)
  spoken <- parts$kept[parts$kept$position == "expressed", ]
  bearings <- data$provision_propositions[data$provision_propositions$provision_id %in% own$provision_id, ]
  targets <- data.frame(
    provision_id = c(own$provision_id, bearings$provision_id),
    via = rep(c("provision", "proposition"), c(nrow(own), nrow(bearings))),
    target_id = c(own$provision_id, bearings$proposition_id),
    bearing = c(rep(NA_integer_, nrow(own)), seq_len(nrow(bearings)))
  )
  reached <- data.frame(
    via = as.character(spoken$target_kind), target_id = spoken$target_id, position = seq_len(nrow(spoken))
  )
  pairs <- merge(targets, reached)
  position <- spoken[pairs$position, ]
  bearing <- bearings[pairs$bearing, ]
  frame <- data.frame(
    pairs["provision_id"],
    position["claimant_id"],
    via = factor(pairs$via, c("provision", "proposition")),
    bearing[c("proposition_id", "direction", "extent")],
    position["stance"],
    support = position$stance * ifelse(bearing$direction %in% "blocks", -1L, 1L),
    position[c("conditional", "reaction_id", "target_no", "source_id", "selected_by_actor_id")]
  )
  ordinal <- own$ordinal[match(pairs$provision_id, own$provision_id)]
  frame <- frame[order(ordinal, frame$claimant_id, pairs$via, frame$reaction_id, frame$target_no, method = "radix"), ]
  rownames(frame) <- NULL
  with_attributes(frame, parts$effect)
}
