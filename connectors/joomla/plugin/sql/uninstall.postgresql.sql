DROP TABLE IF EXISTS "#__leadbridge_spool";
DROP TABLE IF EXISTS "#__leadbridge_state";
