<?php

/**
 * A stand-in for the bridge, run by `php -S`: writes down the id of each post, then accepts it.
 *
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

file_put_contents((string) getenv('POSTS'), $_SERVER['HTTP_WEBHOOK_ID'] . "\n", FILE_APPEND | LOCK_EX);
usleep(20_000);
http_response_code(202);
header('Content-Type: application/json');
echo '{"id": "0b2d1f5e-6f0a-5d38-9c3e-6f1f6f0c8f10"}';
