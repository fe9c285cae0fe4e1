# Duties with those who have them, monitoring with those who monitor, and the timeline.

context <- c(
  "provision_id", "instrument_id", "instrument", "process_id", "coverage", "ordinal", "day", "date_precision", "year"
)

duties <- function(data, labels = FALSE, process = NULL, instrument = NULL, since = NULL) {
  parts <- data$provision_actors
  rows <- provisions_in(data, process, instrument, since)
  rows <- rows[rows$modality %in% c("obligation", "prohibition"), ]
  rows <- with_rows_of(rows, parts[parts$role %in% "obligor", ], c("actor_id", "basis"))
  name_of <- function(ids) look_up(ids, data$actors, "actor_id", "name")
  monitors <- parts[parts$role %in% "monitor", ]
  shown <- if (labels) name_of(monitors$actor_id) else monitors$actor_id
  rows$actor <- name_of(rows$actor_id)
  rows$state_id <- states_of(rows$actor_id, rows$date_to, data)
  rows$state <- name_of(rows$state_id)
  rows$conditional <- rows$conditionality %in% "conditional"
  rows$deadline <- rows$timing %in% "deadline"
  rows$monitors <- as.character(joined(shown, monitors$provision_id, rows$provision_id))
  rows$monitored <- rows$enforcement %in% c("monitoring", "oversight") | !is.na(rows$monitors)
  frame <- rows[c(
    context, "topic_id", "topic", "modality", "strength", "summary", "actor_id", "actor", "basis", "state_id", "state",
    "conditional", "condition", "timing", "due", "due_from", "due_to", "deadline", "enforcement", "monitors",
    "monitored"
  )]
  rownames(frame) <- NULL
  if (labels) {
    frame <- with_labels(frame, data, c(
      modality = "provisions", timing = "provisions", enforcement = "provisions", basis = "provision_actors",
      coverage = "instruments"
    ))
  }
  frame
}

monitoring <- function(data, labels = FALSE, process = NULL, instrument = NULL, since = NULL) {
  parts <- data$provision_actors
  topics <- data$topics
  about <- topics$topic_id[topics$parent_topic_id %in% "monitoring"]
  rows <- provisions_in(data, process, instrument, since)
  further <- data$provision_topics[data$provision_topics$topic_id %in% about, ]
  own <- ifelse(
    rows$topic_id %in% about, rows$topic_id, look_up(rows$provision_id, further, "provision_id", "topic_id")
  )
  own <- as.character(own)
  mandate <- !is.na(own)
  rows$kind <- factor(ifelse(mandate, "mandate", "monitored"), c("monitored", "mandate"))
  rows$topic_id[mandate] <- own[mandate]
  rows$topic <- look_up(rows$topic_id, topics, "topic_id", "label")
  rows$parent_topic_id <- look_up(rows$topic_id, topics, "topic_id", "parent_topic_id")
  watched <- rows$enforcement %in% "monitoring" | rows$provision_id %in% parts$provision_id[parts$role %in% "monitor"]
  rows <- rows[mandate | watched, ]
  mandates <- rows$provision_id[rows$kind == "mandate"]
  taking <- parts$role %in% "monitor" |
    (parts$role %in% c("implementer", "beneficiary") & parts$provision_id %in% mandates)
  rows <- with_rows_of(rows, parts[taking, ], c("actor_id", "role"))
  rows$actor <- look_up(rows$actor_id, data$actors, "actor_id", "name")
  rows <- rows[order(rows$day, rows$instrument_id, rows$ordinal, method = "radix"), ]
  frame <- rows[c(
    context, "kind", "topic_id", "topic", "parent_topic_id", "modality", "strength", "summary", "enforcement",
    "actor_id", "actor", "role"
  )]
  rownames(frame) <- NULL
  if (labels) {
    frame <- with_labels(frame, data, c(
      modality = "provisions", enforcement = "provisions", role = "provision_actors", coverage = "instruments"
    ))
    levels(frame$kind) <- c("Monitored", "Mandate")
  }
  frame
}

timeline <- function(data, labels = FALSE, process = NULL, instrument = NULL, since = NULL) {
  table_of <- function(name) if (labels) labelled(data, name) else data[[name]]
  name_of <- function(ids) look_up(ids, data$actors, "actor_id", "name")
  instruments <- table_of("instruments")
  events <- table_of("events")
  reactions <- reactions_in_processes(data, table_of("reactions"))
  part <- function(kind, table, record, detail, text, actors) {
    data.frame(
      kind = rep(kind, nrow(table)), record_id = table[[record]],
      table[c("process_id", "instrument_id", "date", "date_from", "date_to")],
      detail = as.character(table[[detail]]), text = table[[text]], actors = as.character(actors)
    )
  }
  members <- function(ties, key, ids) joined(name_of(ties$actor_id), ties[[key]], ids)
  own <- members(data$instrument_actors, "instrument_id", instruments$instrument_id)
  taking <- members(data$event_actors, "event_id", events$event_id)
  rows <- rbind(
    part("instrument", instruments, "instrument_id", "form", "title", own),
    part("event", events, "event_id", "kind", "summary", taking),
    part("reaction", reactions, "reaction_id", "form", "summary", name_of(reactions$claimant_id))
  )
  rows <- with_day(in_scope(rows, data, process, instrument, since))
  rows$kind <- factor(rows$kind, c("instrument", "event", "reaction"))
  rows$process <- look_up(rows$process_id, data$processes, "process_id", "title")
  rows$coverage <- look_up(rows$instrument_id, instruments, "instrument_id", "coverage")
  rows <- rows[order(rows$day, rows$date_to, as.integer(rows$kind), rows$record_id, method = "radix"), ]
  frame <- rows[c(
    "kind", "record_id", "process_id", "process", "instrument_id", "coverage", "detail", "text", "actors", "day",
    "date_precision", "year", "date", "date_from", "date_to"
  )]
  rownames(frame) <- NULL
  frame
}
