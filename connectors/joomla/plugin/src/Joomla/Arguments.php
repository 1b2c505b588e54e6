<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Joomla;

\defined('_JEXEC') or die;

use Joomla\Event\EventInterface;

/** Reads events: Joomla 5 and 6 name their arguments, Joomla 4.4 and other people's extensions count them. */
final class Arguments
{
    /** The argument of that name, else the one at that place, else null. */
    public static function pick(EventInterface $event, string $name, int $place): mixed
    {
        $arguments = $event->getArguments();

        return $arguments[$name] ?? $arguments[$place] ?? null;
    }

    /** Adds to what the event hands back to whoever asked. */
    public static function answer(EventInterface $event, mixed $result): void
    {
        if (method_exists($event, 'addResult')) {
            $event->addResult($result);

            return;
        }

        $event->setArgument('result', [...(array) $event->getArgument('result', []), $result]);
    }
}
