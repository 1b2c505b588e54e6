<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Posting;

\defined('_JEXEC') or die;

/** There was no answer. The message says why, in the words of the library; it holds nothing that was sent. */
final class TransportFailure extends \RuntimeException
{
    /** @param  int  $milliseconds  how long it took to fail */
    public function __construct(
        string $message,
        public readonly int $milliseconds = 0,
        ?\Throwable $previous = null
    ) {
        parent::__construct($message, 0, $previous);
    }
}
