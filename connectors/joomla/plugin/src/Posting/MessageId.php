<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/** The `webhook-id`: the same at every attempt, so that a lead counts once. */
final class MessageId
{
    /** A new one: `msg_` and 32 hexadecimal digits. */
    public static function fresh(): string
    {
        return 'msg_' . bin2hex(random_bytes(16));
    }
}
