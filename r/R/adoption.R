# Whose positions instruments adopt: stances on their provisions, directly and through shared propositions.

adoption <- function(data, instrument = NULL, selected = FALSE, country = FALSE, labels = FALSE,
                     process = NULL, since = NULL) {
  own <- in_text_order(data$provisions)
  if (!is.null(instrument)) {
    for (id in setdiff(instrument, own$instrument_id)) {
      stop("no provision of an instrument '", id, "' is coded", call. = FALSE)
    }
    own <- own[own$instrument_id %in% instrument, ]
  }
  columns <- c("process_id", "coverage", "date_from", "date_to")
  own[columns] <- data$instruments[match(own$instrument_id, data$instruments$instrument_id), columns]
  own <- in_scope(own, data, process)
  own$place <- seq_len(nrow(own))
  parts <- exclude_selected(positions(data, country, since = since), selected)
  spoken <- parts$kept[parts$kept$position %in% "expressed", ]
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
  provision <- own[match(pairs$provision_id, own$provision_id), ]
  state <- if (country) c("state_id", "state", "iso3", "cow_code", "gw_code")
  frame <- data.frame(
    provision[c("provision_id", "instrument_id", "process_id", "coverage", "summary")],
    position[c("claimant_id", "claimant", state, "day", "date_precision", "year")],
    via = factor(pairs$via, c("provision", "proposition")),
    bearing[c("proposition_id", "direction", "extent")],
    position["stance"],
    support = position$stance * ifelse(bearing$direction %in% "blocks", -1, 1),
    position[c("conditional", "reaction_id", "target_no", "source_id", "selected_by_actor_id")]
  )
  sorted <- order(
    provision$place, frame$claimant_id, pairs$via, frame$reaction_id, frame$target_no,
    method = "radix"
  )
  frame <- frame[sorted, ]
  rownames(frame) <- NULL
  if (labels) {
    of <- c(direction = "provision_propositions", extent = "provision_propositions", coverage = "instruments")
    frame <- with_labels(frame, data, of)
    levels(frame$via) <- c("Provision", "Proposition")
  }
  with_attributes(frame, parts$effect)
}
