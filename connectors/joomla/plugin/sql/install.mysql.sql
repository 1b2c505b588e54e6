CREATE TABLE IF NOT EXISTS `#__leadbridge_spool` (
  `id` bigint unsigned NOT NULL AUTO_INCREMENT,
  `message_id` varchar(64) NOT NULL,
  `source` varchar(20) NOT NULL,
  `form` varchar(100) NOT NULL,
  `body` mediumtext NULL,
  `state` varchar(10) NOT NULL,
  `attempts` int NOT NULL,
  `created_at` bigint NOT NULL,
  `due_at` bigint NOT NULL,
  `leased_until` bigint NOT NULL,
  `finished_at` bigint NOT NULL,
  `last_status` int NOT NULL,
  `last_error` varchar(500) NOT NULL,
  PRIMARY KEY (`id`),
  UNIQUE KEY `idx_leadbridge_message` (`message_id`),
  KEY `idx_leadbridge_due` (`state`, `due_at`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 DEFAULT COLLATE=utf8mb4_unicode_ci;

CREATE TABLE IF NOT EXISTS `#__leadbridge_state` (
  `name` varchar(40) NOT NULL,
  `value` varchar(500) NOT NULL,
  `until_at` bigint NOT NULL,
  PRIMARY KEY (`name`)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 DEFAULT COLLATE=utf8mb4_unicode_ci;
