<?php

/**
 * Finds our own classes and stand-ins for Joomla's, so that the tests need nothing but PHP and PHPUnit. Warnings and notices are errors.
 *
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

\define('_JEXEC', 1);
error_reporting(E_ALL);
date_default_timezone_set('UTC');

set_error_handler(static function (int $level, string $message, string $file, int $line): bool {
    // What was silenced with an @ stays silent.
    return (error_reporting() & $level) === 0 ? true : throw new \ErrorException($message, 0, $level, $file, $line);
});

require __DIR__ . '/Support/joomla.php';

spl_autoload_register(static function (string $class): void {
    $folders = [
        'Leadbridge\\Plugin\\System\\Leadbridge\\Tests\\' => __DIR__ . '/',
        'Leadbridge\\Plugin\\System\\Leadbridge\\' => __DIR__ . '/../plugin/src/',
    ];

    foreach ($folders as $namespace => $folder) {
        if (str_starts_with($class, $namespace)) {
            $file = $folder . str_replace('\\', '/', substr($class, \strlen($namespace))) . '.php';

            if (is_file($file)) {
                require $file;
            }

            return;
        }
    }
});
